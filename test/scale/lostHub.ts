import { siteKeyOf } from '../../src/lib/directory/placeKey.ts';
import { siteById } from '../../src/lib/directory/placeOf.ts';
import { configOf } from '../support/configOf.ts';
import { start } from '../support/events.ts';
import { lostDevice } from '../support/lostSite.ts';
import { Cluster } from './cluster.ts';

const hub = 'hub-fleet-01';

const rules = configOf(`
sitePattern: "^(?<site>[a-z0-9]+)-"
receivers: { operators: { email: { to: ["ops@oslo.example"] } } }
routes: [{ to: [operators] }]
`);

/** A hub all of whose devices were lost at start; its sites are looked at when the hold is over. */
export async function lostHub(options: { sites: number; devicesPerSite: number; instances: number }) {
  const { sites, devicesPerSite, instances } = options;
  const cluster = new Cluster(rules, start, instances);
  const seeding = new Cluster(rules, start, 1);
  Object.assign(seeding.rows, cluster.rows);
  for (let site = 0; site < sites; site++) {
    const id = `s${String(site).padStart(4, '0')}`;
    const key = siteKeyOf(hub, siteById(rules, id));
    const devices = Array.from({ length: devicesPerSite }, (_, index) => ({
      device: lostDevice(`${id}-d${index}`, rules),
      etag: null,
    }));
    void seeding.app.fleet.saveDevices(key, devices);
    cluster.wake(`${hub}|site|${id}`, 300_000 + (site % 20) * 100);
  }
  await seeding.time.run(start + 100);
  return cluster;
}

export const minutes = (count: number) => start + count * 60_000;

import type { Device } from '../device/device.ts';
import type { PlaceKey } from '../directory/placeKey.ts';
import type { Site } from '../directory/placeOf.ts';
import { observeHub } from '../hubWatch/evaluateHub.ts';
import type { Incident } from '../incident/incident.ts';
import { observe, policyOf, siteAt } from '../incident/observe.ts';
import type { Policy } from '../policy/policy.ts';
import { hubPolicy } from '../policy/policyFor.ts';
import { watchedHub } from '../policy/watchedHub.ts';
import type { App } from './app.ts';
import { hubAsSite, siteOfKey } from './places.ts';

/** What an incident is about, as of this moment. */
export type Present = {
  /** As events spell it. */
  readonly hub: string;
  /** null: the hub as a whole. */
  readonly site: Site | null;
  /** The site as readers know it; of a hub's own count, the hub. */
  readonly readersSite: Site;
  readonly incident: Incident;
  /** The devices of the incident, by `deviceKey`. */
  readonly devices: ReadonlyMap<string, Device>;
  readonly policy: Policy;
};

/** Reads what one incident is about, and not its whole site: who joins it is seen by the next evaluation. */
export async function presentOf(app: App, key: PlaceKey, incident: Incident): Promise<Present> {
  const { rules } = app;
  const hub = incident.hubName;
  if (key.kind === 'hub') {
    const watched = watchedHub(rules, key.hub);
    const watch = watched ? ((await app.hubWatches.read(key.hub))?.record ?? null) : null;
    return {
      hub,
      site: null,
      readersSite: hubAsSite(rules, hub),
      incident: observeHub(rules, incident, watch, app.now()),
      devices: new Map(),
      policy: hubPolicy(rules),
    };
  }
  const site = siteOfKey(rules, key);
  const stored = await app.fleet.devices(key, [...incident.members.values()]);
  const devices = [...stored.values()].map(({ record }) => record);
  const at = siteAt(rules, site, devices, app.now(), 'partial');
  const now = observe(incident, at);
  return {
    hub,
    site,
    readersSite: site,
    incident: now,
    devices: at.devices,
    policy: policyOf(at, now),
  };
}

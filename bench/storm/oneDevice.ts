import { setTimeout as sleep } from 'node:timers/promises';
import { startAzurite } from '../../local/azurite.ts';
import { configOf } from '../../test/support/configOf.ts';
import { eventGridEvent } from '../../test/support/events.ts';
import { RealInstance } from '../../test/support/storm/realInstance.ts';
import { Receivers } from '../../test/support/storm/receivers.ts';
import { type Figure, figure } from '../figure.ts';
import { CpuMeter } from './meters.ts';

const events = 100;
const everyMs = 100;

/** One device that comes and goes ten times a second: what its events cost, and how often somebody is told. */
export async function tenEventsASecond(): Promise<Figure[]> {
  const [azurite, receivers] = await Promise.all([startAzurite(), Receivers.start()]);
  const rules = configOf(`
sitePattern: "^(?<site>plant[0-9]+)-"
policy: { offlineAfter: 10s, recoveredAfter: 4s, groupWait: 1s }
receivers: { operators: { webhook: { url: "${receivers.url}/operators" } } }
routes: [{ to: [operators] }]
`);
  const instance = await RealInstance.start(rules, { connectionString: azurite.connectionString });
  try {
    const deviceId = 'plant0-press-0';
    const take = (sequence: number) => {
      const kind = sequence % 2 === 0 ? 'DeviceDisconnected' : 'DeviceConnected';
      return instance.takes([[eventGridEvent({ kind, deviceId, atMs: Date.now(), sequence })]]);
    };
    await take(1);
    await instance.quiet(2_500);
    const before = { ...instance.rows, messages: instance.messages };
    const cpu = new CpuMeter();
    const work: Promise<void>[] = [];
    for (let n = 0; n < events; n++) {
      work.push(take(n + 2));
      await sleep(everyMs);
    }
    await Promise.all(work);
    const cpuMs = cpu.readMs();
    await instance.quiet(3_000);
    const { calls } = instance.rows;
    if (instance.refused.length > 0) throw new Error(`a delivery was refused: ${instance.refused[0]}`);
    const name = 'one device, ten events a second';
    return [
      figure(
        `${name}: calls`,
        (calls - before.calls + instance.messages - before.messages) / events,
        'calls/event',
      ),
      figure(`${name}: processor time`, cpuMs / events, 'ms/event'),
      figure(`${name}: notices of ten seconds`, (await receivers.heard()).length, 'notices', 1),
    ];
  } finally {
    await instance.stop();
    await Promise.all([receivers.stop(), azurite.stop()]);
  }
}

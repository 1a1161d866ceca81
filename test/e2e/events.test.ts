import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloudEvent, eventGridEvent } from '../support/events.ts';
import { eventually } from './eventually.ts';
import { named } from './plant.ts';
import { type Stage, setStage, shortPolicy, sitesNamed } from './stage.ts';

const quietMs = 7_000;
const sites = ['order', 'thrice', 'cloud', 'crowd', 'pair', 'odd', 'bad', 'late'];
/** 128 characters, the most that IoT Hub allows. */
const longest = "Z-:.+%_#*?!(),=@;$'".padEnd(128, '9');

let stage: Stage;
let { product, people, plant } = {} as Stage;

beforeAll(async () => {
  stage = await setStage(
    (receivers) => `
${sitesNamed(sites)}
policy: { ${shortPolicy} }
receivers:
${[...sites, 'ids'].map((name) => `  ${name}: { ${receivers.webhook(name)} }`).join('\n')}
routes:
${sites.map((id) => `  - { match: { sites: [${id}] }, to: [${id}] }`).join('\n')}
  - { match: { devices: ["a#b?c%d", "x'y", "${longest.replace('*', '\\\\*')}", "Twin"] }, to: [ids] }
`,
  );
  ({ product, people, plant } = stage);
});

afterAll(() => stage?.close());

/** Waits until a receiver has heard exactly that. */
async function hears(name: string, ...lines: string[]): Promise<void> {
  await eventually(() => expect(people.heard(name)).toEqual(lines));
}

describe('the people of a site', () => {
  it.concurrent('hear the truth when events come in the wrong order', async () => {
    const devices = named('order-fan', 6);
    const ups = devices.map((device) => plant.connected(device));
    const downs = devices.map((device) => plant.lost(device));
    const last = plant.connected('order-fan-06');
    await plant.deliver([last, ...downs.toReversed()]);
    await plant.deliver(ups.toReversed());
    await hears('order', 'opened outageBegan');
    expect(
      people
        .taken('order')[0]
        ?.data.devices.map((device) => device.deviceId)
        .sort(),
    ).toEqual(devices.slice(0, 5));
    expect(people.taken('order')[0]?.data.counts).toEqual({ offline: 5, flapping: 0, silenced: 0, known: 6 });
  });

  it.concurrent('hear once when each event comes three times', async () => {
    const devices = named('thrice-fan', 4);
    const ups = devices.map((device) => plant.connected(device));
    const downs = devices.map((device) => plant.lost(device));
    for (let copy = 0; copy < 3; copy++) await plant.deliver(ups);
    await Promise.all([downs, downs, downs].map((events) => plant.deliver(events)));
    await hears('thrice', 'opened outageBegan');
    await plant.deliver(downs);
    const back = devices.map((device) => plant.connected(device));
    await Promise.all([back, back, back].map((events) => plant.deliver(events)));
    await hears('thrice', 'opened outageBegan', 'resolved recovered');
    await plant.deliver([...downs, ...back, ...ups]);
    await sleep(quietMs);
    expect(people.of('thrice')).toHaveLength(2);
  });

  it.concurrent('hear the same of CloudEvents, one or many', async () => {
    await plant.deliver([plant.connected('cloud-1'), plant.connected('cloud-2')], cloudEvent);
    expect((await product.post(cloudEvent(plant.lost('cloud-1')))).status).toBe(202);
    await hears('cloud', 'opened outageBegan');
    expect(people.taken('cloud')[0]?.data.counts).toEqual({ offline: 1, flapping: 0, silenced: 0, known: 2 });
  });

  it.concurrent('hear once of 200 devices lost in one delivery', async () => {
    const devices = named('crowd-cell', 200);
    await plant.connect(...devices);
    await plant.lose(...devices);
    await hears('crowd', 'opened outageBegan');
    const { data } = people.taken('crowd')[0]!;
    expect(data).toMatchObject({
      counts: { offline: 200, flapping: 0, known: 200 },
      severity: 'critical',
      devicesTruncated: 100,
    });
    expect(data.devices).toHaveLength(100);
    await plant.connect(...devices);
    await hears('crowd', 'opened outageBegan', 'resolved recovered');
  });

  it.concurrent('hear of the last of two events of a device in one delivery', async () => {
    await plant.deliver([
      plant.connected('pair-1'),
      plant.lost('pair-1'),
      plant.lost('pair-2'),
      plant.connected('pair-2'),
    ]);
    await hears('pair', 'opened outageBegan');
    expect(people.taken('pair')[0]?.data.devices).toMatchObject([{ deviceId: 'pair-1' }]);
  });

  it.concurrent('hear of modules and ids that differ in case only as of different devices', async () => {
    const down = [
      'odd-a#b?c%d',
      "odd-x'y",
      'odd-Twin',
      `odd-${'x'.repeat(124)}`,
      { deviceId: 'odd-gw', moduleId: '$edgeAgent' },
      { deviceId: 'odd-gw', moduleId: 'a#b' },
    ];
    await plant.connect(...down, 'odd-twin', 'odd-gw', 'odd-a', 'odd-x');
    await plant.lose(...down);
    await hears('odd', 'opened outageBegan');
    const { data } = people.taken('odd')[0]!;
    const modules = { offline: 2, flapping: 0, back: 0 };
    expect(data.counts).toEqual({ offline: 4, flapping: 0, silenced: 0, known: 8, modules });
    const shown = data.devices.map(({ deviceId, moduleId }) =>
      moduleId === null ? deviceId : { deviceId, moduleId },
    );
    expect(new Set(shown.map((id) => JSON.stringify(id)))).toEqual(
      new Set(down.map((id) => JSON.stringify(id))),
    );
    await plant.connect(...down);
    await hears('odd', 'opened outageBegan', 'resolved recovered');
  });

  it.concurrent('hear of devices without a site one by one, whatever their ids', async () => {
    const ids = ['a#b?c%d', "x'y", longest, 'Twin'];
    await plant.connect(...ids, 'twin');
    await plant.lose(...ids);
    await hears('ids', ...ids.map(() => 'opened outageBegan'));
    const told = people
      .taken('ids')
      .map(({ data }) => [data.site.id, data.devices[0]?.deviceId, data.counts.known]);
    expect(told.sort()).toEqual(ids.map((id) => [id, id, 1]).sort());
    await plant.connect(...ids);
    await eventually(() => expect(people.heard('ids').slice(4)).toEqual(ids.map(() => 'resolved recovered')));
    await eventually(async () =>
      expect(
        (await product.incidents('?status=open')).filter((item) => ids.includes(siteIdOf(item))),
      ).toEqual([]),
    );
  });

  it.concurrent('hear of the good events of a delivery with broken ones', async () => {
    const good = eventGridEvent(plant.lost('bad-1'));
    const answer = await product.post([
      { ...good, id: 'no-time', eventTime: 'yesterday' },
      { ...good, id: 'no-data', data: null },
      { ...good, id: 'telemetry', eventType: 'Microsoft.Devices.DeviceTelemetry' },
      { id: 'foreign', eventType: 'Contoso.Doorbell', data: {} },
      { ...good, id: 'too-long', data: { ...(good.data as object), deviceId: 'x'.repeat(129) } },
      good,
    ]);
    expect(answer.status).toBe(202);
    await hears('bad', 'opened outageBegan');
    expect(people.taken('bad')[0]?.data.devices).toMatchObject([{ deviceId: 'bad-1' }]);
  });

  it.concurrent('hear of a loss that was reported an hour late, after the grace for its counterpart', async () => {
    const hourAgoMs = Date.now() - 3_600_000;
    await plant.connect('late-2', 'late-3');
    const down = plant.event('DeviceDisconnected', 'late-1', hourAgoMs);
    const [blipDown, blipUp] = [
      plant.event('DeviceDisconnected', 'late-2', hourAgoMs),
      plant.event('DeviceConnected', 'late-2', hourAgoMs + 1_000),
    ];
    await plant.deliver([down, blipDown]);
    await plant.deliver([blipUp]);
    await hears('late', 'opened outageBegan');
    const { devices } = people.taken('late')[0]!.data;
    expect(devices).toMatchObject([{ deviceId: 'late-1' }]);
    expect(Date.parse(devices[0]!.lostContact!.notAfter)).toBeLessThanOrEqual(hourAgoMs + 60_000);
  });
});

it('tells nobody twice, unsigned or out of order, and prints no error', () => {
  expect(people.faults()).toEqual([]);
  expect(product.errors()).toEqual([]);
});

function siteIdOf(item: object): string {
  return (item as { site: { id: string } }).site.id;
}

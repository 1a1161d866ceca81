import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diagnosticRow } from '../../local/scenarios/iotHub.ts';
import { eventually } from './eventually.ts';
import { named } from './plant.ts';
import { type Stage, setStage, shortPolicy, sitesNamed } from './stage.ts';

const quietMs = 7_000;
const sites = ['blip', 'oslo', 'grow', 'each', 'gone', 'flap'];

let stage: Stage;
let { product, people, plant } = {} as Stage;

beforeAll(async () => {
  stage = await setStage(
    (receivers) => `
${sitesNamed(sites)}
policy: { ${shortPolicy} }
overrides:
  - { sites: [flap], policy: { flapping: { window: 20s } } }
  - { sites: [oslo], policy: { diagnosisBudget: 20s } }
receivers:
  oslo-mail: { email: { to: ["ops@oslo.example"] } }
${[...sites, 'second', 'each-site'].map((name) => `  ${name}: { ${receivers.webhook(name)} }`).join('\n')}
routes:
${sites.map((id) => `  - { match: { sites: [${id}] }, per: ${id === 'each' ? 'device' : 'site'}, to: [${id}] }`).join('\n')}
  - { match: { sites: [oslo], severity: [warning, critical] }, to: [oslo-mail, second, oslo] }
  - { match: { sites: [each] }, per: site, to: [each-site] }
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
  it.concurrent('hear nothing of a device that is back within its hold', async () => {
    await plant.connect('blip-1', 'blip-2');
    await plant.lose('blip-1');
    await plant.connect('blip-1');
    // Its events in one delivery, and its connect overtaking its disconnect.
    await plant.deliver([plant.lost('blip-2'), plant.connected('blip-2')]);
    const [down, up] = [plant.lost('blip-2'), plant.connected('blip-2')];
    await plant.deliver([up]);
    await plant.deliver([down]);
    await sleep(quietMs);
    expect(people.of('blip')).toEqual([]);
    expect((await product.incidents()).filter((item) => siteIdOf(item) === 'blip')).toEqual([]);
  });

  it.concurrent('hear once of an outage, with what is down and why, and once of its end', async () => {
    const devices = named('oslo-press', 40);
    const down = devices.slice(0, 38);
    await plant.connect(...devices);
    const lostAtMs = Date.now();
    await product.logs(
      down.map((deviceId) =>
        diagnosticRow({
          deviceId,
          atMs: lostAtMs,
          operation: 'deviceDisconnect',
          error: ['404104', 'DeviceConnectionClosedRemotely'],
        }),
      ),
    );
    await plant.lose(...down);

    await hears('oslo', 'opened outageBegan');
    await hears('second', 'opened outageBegan');
    await eventually(async () => expect(await product.mails('ops@oslo.example')).toHaveLength(1));
    const { data } = people.taken('oslo')[0]!;
    expect(data).toMatchObject({
      status: 'open',
      severity: 'critical',
      per: 'site',
      hub: 'hub-fleet-01',
      site: { id: 'oslo', name: 'oslo plant' },
      counts: { offline: 38, flapping: 0, known: 40 },
      devicesTruncated: 0,
      resolvedAt: null,
      diagnosis: {
        status: 'available',
        cause: 'siteUplink',
        unavailableBecause: null,
        errors: [{ code: '404104', name: 'DeviceConnectionClosedRemotely', count: 38 }],
      },
    });
    expect(data.diagnosis.steps.length).toBeGreaterThan(0);
    expect(data.devices.map((device) => device.deviceId).sort()).toEqual(down);
    const instant = new Date(lostAtMs).toISOString();
    for (const device of data.devices) {
      expect(device).toMatchObject({ moduleId: null, phase: 'offline', flapping: false, backAt: null });
      expect(device.lostContact).toEqual({ notBefore: instant, notAfter: instant });
    }
    const [first] = await product.mails('ops@oslo.example');
    expect(first?.subject).toMatch(/oslo plant.*38.*offline/i);
    for (const part of [first?.html, first?.text]) expect(part).toContain('oslo-press-01');
    const open = (await product.incidents('?status=open')).filter((item) => siteIdOf(item) === 'oslo');
    expect(open).toMatchObject([{ incidentId: data.incidentId, status: 'open', counts: { offline: 38 } }]);

    await plant.connect(...down);
    for (const name of ['oslo', 'second']) await hears(name, 'opened outageBegan', 'resolved recovered');
    await eventually(async () => expect(await product.mails('ops@oslo.example')).toHaveLength(2));
    const end = people.taken('oslo')[1]!.data;
    expect(end).toMatchObject({
      incidentId: data.incidentId,
      status: 'resolved',
      counts: { offline: 0, flapping: 0, known: 40 },
      resolvedAt: expect.stringMatching(/Z$/),
    });
    expect(end.devices.map((device) => device.phase)).toEqual(down.map(() => 'online'));
    expect(end.devices.every((device) => device.backAt !== null)).toBe(true);
    expect((await product.mails('ops@oslo.example'))[1]?.subject).toMatch(/oslo plant.*38.*back online/i);
    await eventually(async () =>
      expect((await product.incidents('?status=resolved')).map((item) => item.incidentId)).toContain(
        data.incidentId,
      ),
    );
    await sleep(quietMs);
    expect(people.of('second')).toHaveLength(2);
    expect(await product.mails('ops@oslo.example')).toHaveLength(2);
  });

  it.concurrent('hear of growth at most once in each interval, and of no device twice', async () => {
    const devices = named('grow-pump', 30);
    await plant.connect(...devices);
    for (const device of devices.slice(0, 12)) {
      await plant.lose(device);
      await sleep(1_000);
    }
    await eventually(() => expect(people.taken('grow').at(-1)?.data.counts.offline).toBe(12));
    const requests = people.of('grow');
    expect(
      people
        .heard('grow')
        .slice(1)
        .every((line) => line === 'updated outageGrew'),
    ).toBe(true);
    for (const [index, request] of requests.slice(1).entries())
      expect(request.atMs - requests[index]!.atMs).toBeGreaterThan(4_800);
    expect(requests.length).toBeLessThan(6);
    expect(requests.at(-1)?.body.data).toMatchObject({ severity: 'warning', counts: { known: 30 } });
    await plant.connect(...devices.slice(0, 12));
    await eventually(() => expect(people.heard('grow').at(-1)).toBe('resolved recovered'));
  });

  it.concurrent('hear per device or per site, as their route says', async () => {
    await plant.connect('each-1', 'each-2', 'each-3');
    await plant.lose('each-1', 'each-2');
    await hears('each', 'opened outageBegan', 'opened outageBegan');
    await hears('each-site', 'opened outageBegan');
    expect(people.taken('each').map(({ data }) => [data.per, data.severity, data.counts])).toEqual(
      Array.from({ length: 2 }, () => [
        'device',
        'warning',
        { offline: 1, flapping: 0, silenced: 0, known: 1 },
      ]),
    );
    expect(people.taken('each-site')[0]?.data).toMatchObject({ per: 'site', severity: 'critical' });
    await plant.connect('each-1');
    await eventually(() => expect(people.heard('each')).toHaveLength(3));
    expect(people.taken('each')[2]).toMatchObject({
      type: 'incident.resolved',
      data: { devices: [{ deviceId: 'each-1' }] },
    });
    await hears('each-site', 'opened outageBegan', 'updated partlyRecovered');
  });

  it.concurrent('hear that a deleted device is no longer followed', async () => {
    await plant.connect('gone-1', 'gone-2', 'gone-3');
    await plant.lose('gone-1');
    await hears('gone', 'opened outageBegan');
    await plant.deliver([plant.event('DeviceDeleted', 'gone-1')]);
    await plant.deliver([plant.lost('gone-1')]);
    await hears('gone', 'opened outageBegan', 'resolved noLongerFollowed');
    expect(people.taken('gone')[1]?.data.devices).toMatchObject([{ deviceId: 'gone-1', deleted: true }]);
  });

  it.concurrent('hear of a flapping device as flapping, and of its end', async () => {
    const device = 'flap-1';
    await plant.connect(device, 'flap-2', 'flap-3');
    for (let change = 0; change < 10; change++) {
      await (change % 2 === 0 ? plant.lose(device) : plant.connect(device));
      await sleep(1_000);
    }
    await hears('flap', 'opened flappingBegan');
    expect(people.taken('flap')[0]?.data).toMatchObject({
      severity: 'info',
      counts: { offline: 0, flapping: 1 },
    });
    await eventually(
      () => expect(people.heard('flap')).toEqual(['opened flappingBegan', 'resolved flappingEnded']),
      45_000,
    );
  });
});

it('tells nobody twice, unsigned or out of order, and prints no error', () => {
  expect(people.faults()).toEqual([]);
  expect(product.errors()).toEqual([]);
});

function siteIdOf(item: object): string {
  return (item as { site: { id: string } }).site.id;
}

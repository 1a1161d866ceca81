import { beforeEach, describe, expect, it } from 'vitest';
import { sweep } from '../../../src/lib/app/sweep.ts';
import { incidentIdOf } from '../../../src/lib/incident/ids.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';
import { fileOf } from '../../support/files.ts';
import { connected, disconnected, Instance } from '../../support/instance.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const partition = 'hub-fleet-01|site|oslo';
const oslo = { hub: 'hub-fleet-01', kind: 'site', id: 'oslo' } as const;
const at = (text: string) => start + offsetMs(text);

let one: Instance;
beforeEach(async () => {
  one = new Instance(configOf(osloConfig));
  await sweep(one.app, start, one.log);
});

const swept = (when: string, instance = one) => sweep(instance.app, at(when), instance.log);

async function lose(): Promise<void> {
  await one.receive(disconnected('oslo-1', start, 1));
  one.wakeUps.splice(0);
}

it('leaves a site alone whose message is on its way', async () => {
  await lose();
  expect(await swept('5m9s')).toEqual({ active: 1, woken: 0, oldestDueMs: 9_000 });
  expect(one.wakeUps).toEqual([]);
});

it('wakes a site that is overdue, and says since when', async () => {
  await lose();
  expect(await swept('5m11s')).toEqual({ active: 1, woken: 1, oldestDueMs: 11_000 });
  expect(one.wakeUps).toEqual([{ partition, delayMs: 0 }]);
});

it('sends the message of a far-off moment when it comes before the next run', async () => {
  const counts = { known: 1, offline: 1, flapping: 0, silenced: 0, away: 1 };
  const far = { place: oslo, dueAtMs: at('4h'), needsMessage: true, counts };
  await one.app.list.save(oslo, { summary: null, touch: null }, far, [], start);
  expect((await swept('3h58m')).woken).toBe(0);
  expect((await swept('3h59m')).woken).toBe(1);
  expect(one.wakeUps).toEqual([{ partition, delayMs: 60_000 }]);
});

it('finds what an event left that died before its message', async () => {
  one.app.queues.wakeSite = async () => {
    throw new Error('the process died');
  };
  const dying = new Instance(one.app.rules, one.rows);
  dying.app.queues.wakeSite = one.app.queues.wakeSite;
  await expect(one.receive(disconnected('oslo-1', start, 1))).rejects.toThrow();
  const next = new Instance(one.app.rules, one.rows);
  expect(await swept('5m30s', next)).toMatchObject({ woken: 1 });
});

it('counts and wakes a site once that its evaluation and an event have listed', async () => {
  await lose();
  const counts = { known: 1, offline: 1, flapping: 0, silenced: 0, away: 1 };
  const due = { place: oslo, dueAtMs: at('5m'), needsMessage: false, counts };
  await one.app.list.save(oslo, { summary: null, touch: null }, due, [], start);
  expect(await swept('6m')).toEqual({ active: 1, woken: 1, oldestDueMs: 60_000 });
  expect(one.wakeUps).toEqual([{ partition, delayMs: 0 }]);
});

it('wakes a site for the sooner of two moments, whichever row of the list it comes from', async () => {
  const counts = { known: 1, offline: 1, flapping: 0, silenced: 0, away: 1 };
  const far = { place: oslo, dueAtMs: at('4h'), needsMessage: true, counts };
  await one.app.list.save(oslo, { summary: null, touch: null }, far, [], start);
  await one.app.list.touch(oslo, at('3h58m'), start);
  await swept('3h59m');
  expect(one.wakeUps.at(-1)).toEqual({ partition, delayMs: 0 });
});

it('leaves a site alone that is listed for its numbers only', async () => {
  const counts = { known: 1, offline: 0, flapping: 0, silenced: 0, away: 1 };
  const quiet = { place: oslo, dueAtMs: null, needsMessage: false, counts };
  await one.app.list.save(oslo, { summary: null, touch: null }, quiet, [], start);
  expect(await swept('1h')).toEqual({ active: 1, woken: 0, oldestDueMs: 0 });
});

it('wakes every listed site at once when the configuration has changed, and only then', async () => {
  await lose();
  const next = new Instance(configOf(osloConfig.replace('per: site', 'per: device'), 1), one.rows);
  expect(await swept('1m', next)).toMatchObject({ active: 1, woken: 1 });
  expect(next.wakeUps).toEqual([{ partition, rules: next.app.rules.version, delayMs: 0 }]);
  expect(await swept('2m', next)).toMatchObject({ woken: 0 });
});

it('looks at the listed sites alone, however large the fleet', async () => {
  const quiet = Array.from({ length: 50 }, (_, index) => ({
    kind: 'DeviceConnected' as const,
    deviceId: `plant-${index}`,
    atMs: start,
    sequence: 1,
  }));
  await one.receive(...quiet);
  await lose();
  one.takeCalls();
  expect((await swept('1m')).active).toBe(1);
  // The last configuration; a page of each shard; its own last run, and late events; announcements; the last day on
  // which the history was dropped.
  expect(one.takeCalls()).toEqual([
    'get',
    'page',
    'page',
    'page',
    'page',
    'get',
    'get',
    'commit',
    'page',
    'get',
  ]);
});

it('wakes the sites again when it died before it had woken all for a new configuration', async () => {
  await lose();
  const config = configOf(osloConfig.replace('per: site', 'per: device'), 1);
  const dying = new Instance(config, one.rows);
  dying.app.queues.wakeSite = async () => {
    throw new Error('the process died');
  };
  await expect(swept('1m', dying)).rejects.toThrow('died');
  expect(await swept('2m', new Instance(config, one.rows))).toMatchObject({ woken: 1 });
});

it('drops what is older than the history, once a day', async () => {
  await one.receive(disconnected('oslo-1', start, 1));
  await one.at('6m').evaluate();
  await one.deliverAll();
  await one.at('10m').receive(connected('oslo-1', at('10m'), 2));
  await one.at('13m').evaluate();
  await one.deliverAll();
  await one.at('13m10s').evaluate();
  const { historyDays } = one.app.rules;
  const kept = async () => [
    (await one.app.history.past('', 10)).items.length,
    (await one.app.history.notices('', 10)).items.length,
  ];
  const dayMs = 24 * 60 * 60_000;
  await sweep(one.app, at('5m') + historyDays * dayMs, one.log);
  expect(await kept()).toEqual([1, 2]);
  // It was done today.
  await sweep(one.app, at('14m') + historyDays * dayMs, one.log);
  expect(await kept()).toEqual([1, 2]);
  await sweep(one.app, at('14m') + (historyDays + 1) * dayMs, one.log);
  expect(await kept()).toEqual([0, 0]);
});

it('goes on at every run while more is too old than one run drops', async () => {
  const past = Array.from({ length: 1_100 }, (_, n) => {
    const incidentId = incidentIdOf(oslo, { kind: 'site' }, n);
    return fileOf(['oslo-1'], { incidentId, status: 'resolved', resolvedAtMs: start + n });
  });
  await one.app.history.keep(oslo, past);
  const later = start + (one.app.rules.historyDays + 2) * 24 * 60 * 60_000;
  const left: number[] = [];
  for (const run of [0, 1]) {
    await sweep(one.app, later + run * 60_000, one.log);
    left.push(one.rows.all().filter(({ partition: place }) => place.startsWith('|history')).length);
  }
  expect(left).toEqual([101, 0]);
});

describe('rules that are new', () => {
  const newer = configOf(osloConfig, 1);
  const version = { source: 'blob:config/responder.config.yaml', etag: '"2"', modifiedAtMs: 1, text: '' };

  it('have every listed site looked at by them, once more when every instance has them', async () => {
    await lose();
    const two = new Instance(newer, one.rows);
    await sweep({ ...two.app, configured: { ...two.app.configured, version } }, at('1m'), two.log);
    expect(two.wakeUps).toEqual([
      { partition, rules: newer.version, delayMs: 0 },
      { partition, rules: newer.version, delayMs: 75_000 },
    ]);
  });

  it.each([
    {
      rule: 'that give devices to other sites',
      from: 'sites:',
      to: 'sites:\n  - { id: bergen, devices: ["oslo-9"] }',
      woken: ['oslo'],
    },
    {
      rule: 'that tell sites by another pattern',
      from: 'sites:',
      to: 'sitePattern: "^(?<site>x)-"\nsites:',
      woken: ['oslo'],
    },
    {
      rule: 'that give a site to a device that had none',
      from: '"oslo-*"',
      to: '"oslo-*", "pump-1"',
      woken: ['oslo', 'pump-1'],
    },
    { rule: 'that leave every device where it is', from: 'per: site', to: 'per: device', woken: [] },
  ])('$rule have these known sites looked at again and again: $woken', async ({ from, to, woken }) => {
    await one.receive(connected('oslo-1', start, 1), connected('pump-1', start, 1));
    await swept('30s');
    const next = new Instance(configOf(osloConfig.replace(from, to), 1), one.rows);
    await swept('1m', next);
    const delays = [0, 75_000, 180_000, 600_000];
    const looks = Map.groupBy(next.wakeUps, ({ partition: place }) => place.split('|')[2]);
    expect([...looks.keys()].sort()).toEqual(woken);
    for (const own of looks.values()) expect(own.map(({ delayMs }) => delayMs)).toEqual(delays);
  });

  it('stay the newest, though an instance with the ones before sweeps after them', async () => {
    await lose();
    await swept('1m', new Instance(newer, one.rows));
    expect((await swept('2m')).woken).toBe(0);
    expect((await swept('3m', new Instance(newer, one.rows))).woken).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { type ModelResult, playFleet } from '../../bench/model/fleetModel.ts';
import { byStorageQueue, type Limits, limits, shareOf } from '../../bench/model/limits.ts';
import { modelRules } from '../../bench/model/modelRules.ts';
import { lostFleet, mixedFleet, restlessDevice, type Shape } from '../../bench/model/shapes.ts';

const alike = (sites: number, devices: number): number[] => Array.from({ length: sites }, () => devices);
const play = (shape: Shape, by: Limits = limits): ModelResult => playFleet(modelRules, shape, by);

describe('a fleet under the limits of the platform', () => {
  it.each<[string, Shape]>([
    ['ten sites lost, and back at ten a second', lostFleet(alike(5, 20), 10)],
    ['one large site', lostFleet([300], 100, 60_000)],
    ['sites of one', lostFleet(alike(200, 1), 100, 60_000)],
    ['a device that never rests', restlessDevice(alike(2, 3))],
    ['an hour of everything', mixedFleet(alike(10, 10))],
  ])('is told of each loss and each return once, and nothing flickers meanwhile: %s', (_, shape) => {
    const result = play(shape);
    expect(result).toMatchObject({
      flicker: 0,
      opened: shape.lost,
      resolved: shape.lost,
      events: shape.events.length,
    });
    // The hold, `groupWait` and what the logs may take are over, and nothing else held it up.
    expect(result.latestFirstNoticeMs).toBeLessThan(25_000);
  });

  it('comes back for hours without a second incident', () => {
    const hours = lostFleet(alike(4, 50), 0.02, 60_000);
    expect(hours.endsMs).toBeGreaterThan(3 * 3_600_000 - 1_000_000);
    expect(play(hours)).toMatchObject({ flicker: 0, opened: 4, resolved: 4 });
  });
});

describe('what gives way first', () => {
  const lost = () => lostFleet(alike(50, 10), null, 31_000);

  it.each<[string, Partial<Limits>]>([
    ['source', { ...byStorageQueue, sourceEvents: 50 }],
    ['instances', { instancesReady: 0.02, instancesEachSecond: 0 }],
    ['account', { accountRows: 100 }],
    ['partition', { partitionRows: 2 }],
    ['queue', { queueMessages: 5 }],
    ['logs', { queries: { count: 4, everyMs: 30_000 } }],
  ])('is named: %s', (limit, less) => {
    const result = play(lost(), { ...limits, ...less });
    expect(result.firstLimit?.limit).toBe(limit);
    expect(result).toMatchObject({ flicker: 0, opened: 50 });
  });

  it('is the same for a part of the fleet under that part of the limits', () => {
    const half = play(lostFleet(alike(25, 10), null, 31_000), shareOf({ ...limits, accountRows: 100 }, 0.5));
    expect(half.firstLimit?.limit).toBe('account');
  });
});

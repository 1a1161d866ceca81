import { describe, expect, it } from 'vitest';
import type { Device } from '../../../src/lib/device/device.ts';
import { newest } from '../../../src/lib/device/newest.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { type Arrival, applied, created, deleted, down, up } from '../../support/deviceEvents.ts';

const { policy } = configOf(osloConfig);
const deviceOf = (...events: Arrival[]): Device => applied(events, policy).device;

describe('of two records of a device', () => {
  it.each([
    { rule: 'the higher mark counts', older: deviceOf(up(1, '0s')), newer: deviceOf(down(2, '1m')) },
    {
      rule: 'the higher mark counts, though the other was heard of later',
      older: deviceOf(down(1, '0s', '5m')),
      newer: deviceOf(up(2, '1m')),
    },
    {
      rule: 'what has a mark counts before what was only made',
      older: deviceOf(created('2m')),
      newer: deviceOf(up(1, '3m')),
    },
    {
      rule: 'a deletion counts, though it drops the mark',
      older: deviceOf(up(9, '0s')),
      newer: deviceOf(up(9, '0s'), deleted('1m')),
    },
    {
      rule: 'the life after a deletion counts, though its numbers begin anew',
      older: deviceOf(up(9, '0s'), down(10, '30s')),
      newer: deviceOf(up(9, '0s'), deleted('1m'), created('2m'), up(1, '3m')),
    },
    {
      rule: 'a counter that began anew more than an hour later counts',
      older: deviceOf(up(9, '0s')),
      newer: deviceOf(down(1, '2h')),
    },
    {
      rule: 'without marks, the later life counts',
      older: deviceOf(created('0s')),
      newer: deviceOf(created('0s'), deleted('1m')),
    },
  ])('$rule, in any order', ({ older, newer }) => {
    for (const merged of [newest(older, newer), newest(newer, older)])
      expect(merged).toMatchObject({ phase: newer.phase, mark: newer.mark, deleted: newer.deleted });
  });

  it('what only the older one has seen of the registry is not lost', () => {
    const one = deviceOf(created('0s'), up(1, '1m'));
    const two = deviceOf(up(2, '5m'));
    for (const merged of [newest(one, two), newest(two, one)])
      expect(merged).toMatchObject({
        mark: two.mark,
        createdAtMs: one.createdAtMs,
        connectedAtMs: two.connectedAtMs,
      });
  });

  it('of the same life without marks, who was heard of last counts', () => {
    const device = deviceOf(created('0s'));
    const [before, after] = [device, { ...device, seenAtMs: device.seenAtMs + 1, hubName: 'HUB-FLEET-01' }];
    for (const merged of [newest(before, after), newest(after, before)]) expect(merged).toEqual(after);
  });

  it('what the older one has seen of connects and deletions is not lost', () => {
    const one = deviceOf(up(1, '1m'), deleted('2m'), created('3m'), up(1, '8m'));
    const two = deviceOf(down(2, '5m'));
    for (const merged of [newest(one, two), newest(two, one)])
      expect(merged).toMatchObject({
        mark: two.mark,
        deletedAtMs: one.deletedAtMs,
        connectedAtMs: one.connectedAtMs,
      });
  });

  it('the same record merged with itself, or merged again, is as it was', () => {
    const one = deviceOf(up(1, '0s'), down(2, '1m'));
    const two = deviceOf(up(3, '2m'));
    expect(newest(one, one)).toEqual(one);
    const merged = newest(one, two);
    expect(newest(merged, one)).toEqual(merged);
    expect(newest(merged, two)).toEqual(merged);
  });
});

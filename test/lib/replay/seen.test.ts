import { expect, it } from 'vitest';
import type { Subject } from '../../../src/lib/incident/incident.ts';
import type { TimelineEntry } from '../../../src/lib/incident/timeline.ts';
import { countSeen, seenApart, seenName } from '../../../src/lib/replay/tape.ts';

const entry = (change: Partial<TimelineEntry>): TimelineEntry => ({
  atMs: 0,
  kind: 'notice',
  deviceId: null,
  receiver: 'operators',
  reason: 'outageBegan',
  sentence: 'operators will be told that it began.',
  ...change,
});
const device = (key: string): Subject => ({ kind: 'device', key });
const seen = (...keys: readonly string[]) => countSeen(keys.map((key) => seenName(device(key), entry({}))));

it('two incidents of one look are told apart, so one too many is as far away as one too few', () => {
  const wanted = seen('oslo-1', 'oslo-2');
  expect(seenApart(wanted, seen('oslo-2', 'oslo-1'))).toBe(0);
  expect(seenApart(wanted, seen('oslo-1', 'oslo-2', 'oslo-3'))).toBe(1);
  expect(seenApart(wanted, seen('oslo-1'))).toBe(1);
  expect(seenApart(wanted, seen('oslo-1', 'oslo-1'))).toBe(2);
});

it.each([
  { what: 'another receiver', change: { receiver: 'lead' }, same: false },
  { what: 'another reason', change: { reason: 'outageGrew' }, same: false },
  {
    what: 'other words for the same reason',
    change: { sentence: 'They will be told: outageBegan.' },
    same: true,
  },
  { what: 'a delivery that waits', change: { reason: 'rateLimit' }, same: false },
  { what: 'an acknowledgement', change: { kind: 'control' }, same: false },
] as const)('$what: the same, $same', ({ change, same }) => {
  const name = seenName(device('oslo-1'), entry({}));
  expect(seenName(device('oslo-1'), entry(change)) === name).toBe(same);
});

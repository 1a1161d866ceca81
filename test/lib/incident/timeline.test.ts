import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../src/lib/incident/incident.ts';
import { droppedEntry, entriesOf } from '../../../src/lib/incident/timeline.ts';
import { start } from '../../support/events.ts';
import { deviceNames, noticeOf } from '../../support/files.ts';
import { incident, type MemberWord } from '../../support/incidents.ts';

const nowMs = start + 3_600_000;
const acknowledged = { by: 'Kari', atMs: start, untilMs: nowMs, note: null, severity: 'warning' } as const;
const byTime = { atMs: nowMs, why: 'time', by: null } as const;
const sentences = (before: Incident | null, now: Incident) =>
  entriesOf(before, now, [], [], nowMs).map(({ sentence }) => sentence);

it.each<{ rule: string; before: Incident | null; now: Incident; told: readonly string[] }>([
  {
    rule: 'a beginning, with its devices',
    before: null,
    now: incident({ a: 'down', b: 'flapping', c: 'recovering' }),
    told: ['The incident began, warning.', 'a is offline.', 'b is flapping.', 'c connected again.'],
  },
  {
    rule: 'nothing where nothing changed',
    before: incident({ a: 'down' }),
    now: incident({ a: 'down' }),
    told: [],
  },
  {
    rule: 'a severity that changed',
    before: incident({ a: 'down' }),
    now: incident({ a: 'down' }, { severity: 'critical' }),
    told: ['The severity changed from warning to critical.'],
  },
  {
    rule: 'who joins',
    before: incident({ a: 'down' }),
    now: incident({ a: 'down', b: 'down' }),
    told: ['b is offline.'],
  },
  {
    rule: 'an end',
    before: incident({ a: 'recovering', b: 'down' }),
    now: incident({ a: 'back', b: 'gone' }, { status: 'resolved' }),
    told: ['a is back.', 'b is no longer followed.', 'The incident ended.'],
  },
  {
    rule: 'that an acknowledgement ended by itself',
    before: incident({ a: 'down' }, { acknowledged }),
    now: incident({ a: 'down' }, { acknowledged: { ...acknowledged, ended: byTime } }),
    told: ['The acknowledgement by Kari ended: its time was over.'],
  },
  {
    rule: 'nothing of one that somebody took back, who says so',
    before: incident({ a: 'down' }, { acknowledged }),
    now: incident(
      { a: 'down' },
      { acknowledged: { ...acknowledged, ended: { ...byTime, why: 'takenBack' } } },
    ),
    told: [],
  },
  {
    rule: 'nothing of an end that was told',
    before: incident({ a: 'back' }, { status: 'resolved' }),
    now: incident({ a: 'back' }, { status: 'resolved' }),
    told: [],
  },
  {
    rule: 'a device whose name means something to JavaScript',
    before: incident({}),
    now: incident({ constructor: 'down' } as Record<string, MemberWord>),
    told: ['constructor is offline.'],
  },
])('tells $rule', ({ before, now, told }) => {
  expect(sentences(before, now)).toEqual(told);
});

it('tells a storm by its first 50 devices and a number', () => {
  const all = Object.fromEntries(deviceNames(1_000).map((id) => [id, 'down' as const]));
  const told = sentences(incident({}), incident(all));
  expect([told.length, told[49], told[50]]).toEqual([51, 'oslo-49 is offline.', '950 more devices changed.']);
});

describe('who is told', () => {
  it('stands there with the reason, and so does who is not', () => {
    const now = incident({});
    const dropped = noticeOf({
      receiver: 'manager',
      lastError: 'the route was removed before it could be told',
    });
    expect(entriesOf(now, now, [noticeOf()], [dropped], nowMs)).toMatchObject([
      {
        kind: 'notice',
        receiver: 'operators',
        reason: 'outageBegan',
        sentence: 'operators will be told that it began.',
      },
      {
        kind: 'attempt',
        receiver: 'manager',
        outcome: 'dropped',
        sentence: 'manager was not told: the route was removed before it could be told.',
      },
    ]);
  });

  it('not, without a reason, stands there all the same', () => {
    expect(droppedEntry(noticeOf(), nowMs).sentence).toBe('operators was not told: the notice was dropped.');
  });
});

it('tells devices at the moment of their loss or return, decisions at that of the look', () => {
  const now = incident({ a: 'down', b: 'back', c: 'flapping' });
  const at = Object.fromEntries(
    entriesOf(null, now, [], [], nowMs).map((entry) => [entry.deviceId ?? 'decision', entry.atMs]),
  );
  expect(at).toEqual({ decision: nowMs, a: start, b: start + 900_000, c: start + 300_000 });
});

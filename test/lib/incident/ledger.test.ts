import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../src/lib/incident/incident.ts';
import { abandon, factsAfterFailure, factsOf, mergeFacts } from '../../../src/lib/incident/ledger.ts';
import { facts, incident, toldOf } from '../../support/incidents.ts';

it('tells of a device that is coming back as down: its return is still to be told', () => {
  const now = incident({ a: 'recovering', b: 'down', c: 'back', d: 'gone', e: 'flapping', f: 'flapped' });
  expect(factsOf(now, 'key')).toEqual({
    severity: 'warning',
    down: ['a', 'b'],
    flapping: ['e'],
    diagnosisKey: 'key',
  });
});

describe('of what may not begin to be told', () => {
  const quiet = { why: 'silence', control: 'sil_1', untilMs: 1 } as const;
  const silenced = (...ids: readonly string[]) => {
    const now = incident({ a: 'down', b: 'down', c: 'flapping', d: 'down' }, { severity: 'critical' });
    const members = [...now.members].map(
      ([id, member]) => [id, ids.includes(id) ? { ...member, quiet } : member] as const,
    );
    return { ...now, members: new Map(members) };
  };
  const told = toldOf({ down: ['a', 'x'], flapping: ['d'] });

  it('a notice tells only what was told before, as it was told', () => {
    expect(factsOf(silenced('a', 'b', 'c', 'd'), 'key', told)).toMatchObject({
      down: ['a'],
      flapping: ['d'],
    });
    expect(factsOf(silenced('b', 'd'), 'key', told)).toMatchObject({ down: ['a'], flapping: ['c', 'd'] });
  });

  it('a notice that tells ends alone leaves out all that has begun, and the rise', () => {
    const facts = factsOf(silenced(), 'key', told, 'ends');
    expect(facts).toMatchObject({ severity: 'warning', down: ['a'], flapping: ['d'] });
  });
});

it('tells which state of the acknowledgement it has shown', () => {
  const acknowledged = { by: 'Kari', atMs: 5, untilMs: 9, note: null, severity: 'warning' } as const;
  const now = incident({ a: 'down' }, { acknowledged });
  const shown = factsOf(now, '');
  expect(shown.acknowledgement).toBe('5');
  const ended = { ...acknowledged, ended: { atMs: 7, why: 'takenBack', by: 'Kari' } } as const;
  expect(factsOf({ ...now, acknowledged: ended }, '').acknowledgement).toBe('5:ended');
  // Which of two wordings was read is not known: it is told again.
  expect(mergeFacts(facts(), shown).acknowledgement).toBeUndefined();
  expect(mergeFacts(shown, shown).acknowledgement).toBe('5');
});

it('holds for true whatever was bad in either wording, else the later one', () => {
  const earlier = facts({ severity: 'critical', down: ['a', 'b'], flapping: ['c'], diagnosisKey: 'old' });
  const later = facts({ down: ['b', 'd'], diagnosisKey: 'new' });
  expect(mergeFacts(earlier, later)).toEqual(
    facts({ down: ['a', 'b', 'd'], flapping: ['c'], diagnosisKey: '', unsure: ['a', 'c', 'd'] }),
  );
  expect(mergeFacts(null, later)).toEqual(later);
});

it('holds for told the lower severity and a diagnosis only that both wordings had', () => {
  const mild = facts({ severity: 'warning', diagnosisKey: 'uplink' });
  const grave = facts({ severity: 'critical', diagnosisKey: 'uplink' });
  expect([mergeFacts(mild, grave), mergeFacts(grave, mild)]).toEqual([mild, mild]);
});

it('of a notice that failed for good leaves unsure only what its last wording did not say', () => {
  const possiblyDelivered = facts({ down: ['a', 'b'], severity: 'critical', diagnosisKey: 'old' });
  const last = facts({ down: ['b', 'c'], flapping: ['d'], diagnosisKey: 'new' });
  expect(factsAfterFailure(possiblyDelivered, last)).toEqual({
    ...last,
    down: ['a', 'b', 'c'],
    unsure: ['a'],
  });
  expect(
    factsAfterFailure(possiblyDelivered, facts({ ...possiblyDelivered, flapping: ['d'] })),
  ).not.toHaveProperty('unsure');
  expect(factsAfterFailure(null, last)).toEqual(last);
});

it.each([
  { rule: 'nothing, if both say the same', earlier: { down: ['a'] }, later: { down: ['a'] } },
  {
    rule: 'a device that fell from flapping',
    earlier: { down: [], flapping: ['a'] },
    later: { down: ['a'] },
    unsure: ['a'],
  },
  {
    rule: 'what was unsure before',
    earlier: { down: ['a'], unsure: ['a'] },
    later: { down: ['a'] },
    unsure: ['a'],
  },
  {
    rule: 'what the later leaves open',
    earlier: { down: ['a'] },
    later: { down: ['a'], unsure: ['a'] },
    unsure: ['a'],
  },
])('of two wordings, these are left unsure: $rule', ({ earlier, later, unsure }) => {
  expect(mergeFacts(facts(earlier), facts(later)).unsure).toEqual(unsure);
});

it.each([
  { rule: 'what was told stays told', possiblyDelivered: null, down: ['a'] },
  {
    rule: 'what may have been read counts as told',
    possiblyDelivered: facts({ down: ['b'] }),
    down: ['a', 'b'],
  },
])('a notice that is given up: $rule', ({ possiblyDelivered, down }) => {
  const told = toldOf({ down: ['a'] }, '1m', { pendingNoticeId: 'ntc_1', failingSinceMs: 1 });
  expect(abandon(told, { possiblyDelivered } as Notice)).toMatchObject({
    facts: { down },
    pendingNoticeId: null,
    failingSinceMs: null,
  });
});

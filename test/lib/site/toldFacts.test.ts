import { expect, it } from 'vitest';
import type { Notice } from '../../../src/lib/site/incident.ts';
import { eitherOf, factsOf, withdrawn } from '../../../src/lib/site/toldFacts.ts';
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

it('holds for true whatever was bad in either wording, else the later one', () => {
  const earlier = facts({ severity: 'critical', down: ['a', 'b'], flapping: ['c'], diagnosisKey: 'old' });
  const later = facts({ down: ['b', 'd'], diagnosisKey: 'new' });
  expect(eitherOf(earlier, later)).toEqual(
    facts({ down: ['a', 'b', 'd'], flapping: ['c'], diagnosisKey: 'new' }),
  );
  expect(eitherOf(null, later)).toEqual(later);
});

it.each([
  { rule: 'what was told stays told', maybeRead: null, down: ['a'] },
  { rule: 'what may have been read counts as told', maybeRead: facts({ down: ['b'] }), down: ['a', 'b'] },
])('a notice that is given up: $rule', ({ maybeRead, down }) => {
  const told = toldOf({ down: ['a'] }, '1m', { pendingNoticeId: 'ntc_1', failingSinceMs: 1 });
  expect(withdrawn(told, { maybeRead } as Notice)).toMatchObject({
    facts: { down },
    pendingNoticeId: null,
    failingSinceMs: null,
  });
});

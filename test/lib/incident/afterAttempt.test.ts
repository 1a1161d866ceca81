import { describe, expect, it } from 'vitest';
import { type Attempt, type AttemptResult, afterAttempt } from '../../../src/lib/incident/afterAttempt.ts';
import type { NoticeKind, Told, ToldFacts } from '../../../src/lib/incident/incident.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';
import { noticeOf } from '../../support/files.ts';
import { facts, toldOf } from '../../support/incidents.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const { delivery } = configOf(osloConfig).receivers.get('operators')!;
const said = facts({ down: ['oslo-0'] });
const earlier = facts({ down: ['oslo-1'] });

const sent: AttemptResult = { kind: 'sent' };
const refused: AttemptResult = { kind: 'failedPermanently', error: 'HTTP 400' };
const busy: AttemptResult = {
  kind: 'failedTemporarily',
  error: 'HTTP 503',
  retryAfterMs: null,
  outcomeUnknown: false,
  timedOut: false,
};
const partly: AttemptResult = { kind: 'sentPartly', error: '550 no such user' };
const hopeless: AttemptResult = { ...refused, error: 'close it by hand', hopeless: true };
const silent: AttemptResult = { ...busy, error: 'timed out', outcomeUnknown: true, timedOut: true };

const untold: Told = toldOf({}, '0s', {
  status: 'untold',
  facts: null,
  lastNoticeAtMs: null,
  pendingNoticeId: 'ntc_1',
});
const knows: Told = toldOf({ down: ['oslo-2'] }, '0s', { pendingNoticeId: 'ntc_1' });

type Given = {
  readonly result: AttemptResult;
  readonly kind?: NoticeKind;
  readonly before?: ToldFacts | null;
  readonly told?: Told;
  /** How long after the notice was made. */
  readonly at?: string;
};

/** The claim has noted that what is said now may be read, beside what may have been read before. */
function following({ result, kind = 'opening', before = null, told = untold, at = '1m' }: Given) {
  const possiblyDelivered =
    before === null ? said : facts({ down: ['oslo-0', 'oslo-1'], unsure: ['oslo-0', 'oslo-1'] });
  const notice = noticeOf({ kind, attempts: 1, leasedUntilMs: start + 90_000, possiblyDelivered });
  const attempt: Attempt = {
    notice,
    possiblyBefore: before,
    told,
    facts: said,
    reason: 'outageBegan',
    result,
    delivery,
  };
  return afterAttempt(attempt, 5_000, start + offsetMs(at));
}

describe('what follows', () => {
  it.each<Given & { rule: string; outcome: string; state: string; status: string; delayMs: number }>([
    { rule: 'an answer of yes', result: sent, outcome: 'sent', state: 'sent', status: 'told', delayMs: 0 },
    {
      rule: 'a yes to the end',
      result: sent,
      kind: 'final',
      told: knows,
      outcome: 'sent',
      state: 'sent',
      status: 'closed',
      delayMs: 0,
    },
    {
      rule: 'a yes of most recipients',
      result: partly,
      outcome: 'sentPartly',
      state: 'sent',
      status: 'told',
      delayMs: 0,
    },
    {
      rule: 'a yes of most recipients to the end',
      result: partly,
      kind: 'final',
      told: knows,
      outcome: 'sentPartly',
      state: 'sent',
      status: 'closed',
      delayMs: 0,
    },
    {
      rule: 'a never to the end that no further try can mend',
      result: hopeless,
      kind: 'final',
      told: knows,
      outcome: 'failed',
      state: 'failed',
      status: 'closed',
      delayMs: 0,
    },
    { rule: 'a not now', result: busy, outcome: 'again', state: 'pending', status: 'untold', delayMs: 5_000 },
    {
      rule: 'no answer',
      result: silent,
      outcome: 'again',
      state: 'pending',
      status: 'untold',
      delayMs: 5_000,
    },
    { rule: 'a never', result: refused, outcome: 'failed', state: 'failed', status: 'untold', delayMs: 0 },
    {
      rule: 'a never to news of what is known',
      result: refused,
      kind: 'update',
      told: knows,
      outcome: 'failed',
      state: 'failed',
      status: 'told',
      delayMs: 0,
    },
    {
      rule: 'a never after an attempt without an answer: it may know, and hears the end',
      result: refused,
      before: earlier,
      outcome: 'failed',
      state: 'failed',
      status: 'told',
      delayMs: 0,
    },
    {
      rule: 'no answer when it is too late for another try: it may know',
      result: silent,
      at: '24h',
      outcome: 'failed',
      state: 'failed',
      status: 'told',
      delayMs: 0,
    },
    {
      rule: 'a not now when it is too late for another try',
      result: busy,
      at: '24h',
      outcome: 'failed',
      state: 'failed',
      status: 'untold',
      delayMs: 0,
    },
    {
      rule: 'a never to the end: it is tried again, as rarely as can be',
      result: refused,
      kind: 'final',
      told: knows,
      outcome: 'again',
      state: 'pending',
      status: 'told',
      delayMs: 900_000,
    },
    {
      rule: 'a never to the end just in time for another try',
      result: refused,
      kind: 'final',
      told: knows,
      at: '23h45m',
      outcome: 'again',
      state: 'pending',
      status: 'told',
      delayMs: 900_000,
    },
    {
      rule: 'a never to the end when it is too late',
      result: refused,
      kind: 'final',
      told: knows,
      at: '23h45m1s',
      outcome: 'failed',
      state: 'failed',
      status: 'closed',
      delayMs: 0,
    },
  ])(
    '$rule: $outcome, and it counts as $status',
    ({ outcome, state, status, delayMs, rule: _, ...given }) => {
      const next = following(given);
      expect([next.outcome, next.notice.state, next.told.status, next.delayMs]).toEqual([
        outcome,
        state,
        status,
        delayMs,
      ]);
      expect(next.notice.leasedUntilMs).toBe(0);
      expect(next.told.pendingNoticeId).toBe(outcome === 'again' ? 'ntc_1' : null);
      expect(next.notice.finishedAtMs !== null).toBe(outcome !== 'again');
      if (outcome === 'again') expect(next.notice.dueAtMs).toBe(start + offsetMs(given.at ?? '1m') + delayMs);
    },
  );
});

describe('what it may have read', () => {
  it.each<Given & { rule: string; may: readonly string[] | null }>([
    { rule: 'is what is said, without an answer', result: silent, may: ['oslo-0'] },
    {
      rule: 'is what was said in either attempt, without an answer',
      result: silent,
      before: earlier,
      may: ['oslo-0', 'oslo-1'],
    },
    { rule: 'is nothing of what it refused for now', result: busy, may: null },
    {
      rule: 'is what was said before, and nothing of what it refused',
      result: busy,
      before: earlier,
      may: ['oslo-1'],
    },
    {
      rule: 'is what was said before, though it was refused for good',
      result: refused,
      before: earlier,
      may: ['oslo-1'],
    },
  ])('$rule', ({ may, rule: _, ...given }) => {
    expect(following(given).notice.possiblyDelivered?.down ?? null).toEqual(may);
  });
});

describe('what counts as told', () => {
  it('is what was said, and that alone, once it is answered', () => {
    const { told } = following({ result: sent, before: earlier });
    expect(told).toMatchObject({
      facts: said,
      lastNoticeAtMs: start + 60_000,
      failingSinceMs: null,
      failedForGood: false,
    });
  });

  it('is whatever may have been read, when the last attempt fails for good: its end is told', () => {
    const { told } = following({ result: refused, before: earlier });
    expect(told.facts?.down).toEqual(['oslo-0', 'oslo-1']);
    // What was refused is not repeated.
    expect(told.facts?.unsure).toEqual(['oslo-1']);
  });

  it.each<Given & { rule: string; unconfirmed: boolean }>([
    { rule: 'is sure after a yes', result: sent, before: earlier, unconfirmed: false },
    {
      rule: 'is not sure while no attempt was answered but by a never',
      result: refused,
      before: earlier,
      unconfirmed: true,
    },
    {
      rule: 'is sure of nothing, and in doubt of nothing, after a never alone',
      result: refused,
      unconfirmed: false,
    },
    {
      rule: 'stays sure when news of it is refused',
      result: refused,
      kind: 'update',
      told: knows,
      before: earlier,
      unconfirmed: false,
    },
    {
      rule: 'stays in doubt when news of it is refused',
      result: refused,
      kind: 'update',
      told: { ...knows, unconfirmed: true },
      unconfirmed: true,
    },
  ])('$rule', ({ unconfirmed, rule: _, ...given }) => {
    expect(following(given).told.unconfirmed ?? false).toBe(unconfirmed);
  });

  it('is what it was while the notice is on its way', () => {
    expect(following({ result: busy, told: knows }).told.facts).toEqual(knows.facts);
  });
});

describe('the fallback', () => {
  it.each<Given & { rule: string; failingSince: string | null; forGood: boolean }>([
    { rule: 'waits from the first failure on', result: busy, failingSince: '1m', forGood: false },
    {
      rule: 'waits from the first failure on, at the second too',
      result: busy,
      told: { ...untold, failingSinceMs: start + 30_000 },
      failingSince: '30s',
      forGood: false,
    },
    {
      rule: 'is due at once when it was refused for good',
      result: refused,
      failingSince: null,
      forGood: true,
    },
    { rule: 'is due at once when it was told in part', result: partly, failingSince: null, forGood: true },
    {
      rule: 'of the end is due at once after a never that no further try can mend',
      result: hopeless,
      kind: 'final',
      told: knows,
      failingSince: null,
      forGood: true,
    },
    {
      rule: 'of the end is due at once though the end is tried on',
      result: refused,
      kind: 'final',
      told: knows,
      failingSince: '1m',
      forGood: true,
    },
    {
      rule: 'of an end that was refused stays due when it fails for now',
      result: busy,
      kind: 'final',
      told: { ...knows, failedForGood: true },
      failingSince: '1m',
      forGood: true,
    },
    {
      rule: 'is not due any more after a yes',
      result: sent,
      told: { ...knows, failedForGood: true, failingSinceMs: start },
      failingSince: null,
      forGood: false,
    },
  ])('$rule', ({ failingSince, forGood, rule: _, ...given }) => {
    const { told } = following(given);
    expect(told).toMatchObject({
      failingSinceMs: failingSince === null ? null : start + offsetMs(failingSince),
      failedForGood: forGood,
    });
  });
});

describe('what its channel remembers', () => {
  const older = { kind: 'slack', ts: '1' };
  const newer = { kind: 'slack', ts: '2' };
  it.each<{ rule: string; result: AttemptResult; told?: Told; remembers: object | undefined }>([
    { rule: 'is nothing at first', result: sent, remembers: undefined },
    { rule: 'is what a yes left', result: { ...sent, handle: newer }, remembers: newer },
    {
      rule: 'is what a not now left: a step may be done',
      result: { ...busy, handle: newer },
      remembers: newer,
    },
    { rule: 'is what a never left', result: { ...refused, handle: newer }, remembers: newer },
    {
      rule: 'gives way to the newest',
      result: { ...sent, handle: newer },
      told: { ...knows, handle: older },
      remembers: newer,
    },
    {
      rule: 'stays when an answer says nothing of it',
      result: sent,
      told: { ...knows, handle: older },
      remembers: older,
    },
    { rule: 'stays without an answer', result: silent, told: { ...knows, handle: older }, remembers: older },
    {
      rule: 'is forgotten when the answer says so',
      result: { ...sent, handle: null },
      told: { ...knows, handle: older },
      remembers: undefined,
    },
  ])('$rule', ({ result, told = untold, remembers }) => {
    expect(following({ result, told }).told.handle).toEqual(remembers);
  });
});

describe('recipients of one notice that are told at different attempts', () => {
  it('both hear what only the later one was told', () => {
    const { told } = following({ result: { kind: 'sent', someHeardEarlier: true }, before: earlier });
    expect(told).toMatchObject({
      status: 'told',
      facts: { down: ['oslo-0', 'oslo-1'], unsure: ['oslo-0', 'oslo-1'] },
    });
  });

  it('are sure of a wording that has not changed', () => {
    const { told } = following({ result: { kind: 'sent', someHeardEarlier: true }, before: said });
    expect(told.facts).toEqual(said);
  });

  it('have the fallback told at once when one is refused for good while another is tried on', () => {
    const result: AttemptResult = { ...busy, refusedInPart: true };
    expect(following({ result })).toMatchObject({ outcome: 'again', told: { failedForGood: true } });
  });
});

it.each([
  { what: 'is taken in', result: sent },
  { what: 'is refused', result: refused },
  { what: 'has no answer', result: silent },
])('the first attempt to tell a receiver is noted when it $what, and stays the first', ({ result }) => {
  const { told } = following({ result, at: '1m' });
  expect(told.firstAttemptAtMs).toBe(start + 60_000);
  const again = following({ result, told: { ...told, pendingNoticeId: 'ntc_1' }, at: '9m' });
  expect(again.told.firstAttemptAtMs).toBe(start + 60_000);
});

import type {
  DiagnosisRecord,
  Incident,
  Member,
  MemberState,
  Told,
  ToldFacts,
} from '../../src/lib/incident/incident.ts';
import type { Recipient } from '../../src/lib/incident/recipients.ts';
import { start } from './events.ts';
import { offsetMs } from './offsetMs.ts';

/**
 * A member in a word: `down`, `recovering`, `flapping`, `back`, `gone`. It was lost at start and began to count five
 * minutes later; `flapped` is back from mere flapping.
 */
export type MemberWord = MemberState | 'recovering' | 'flapped';

function member(deviceId: string, word: MemberWord): Member {
  const onlyFlapped = word === 'flapping' || word === 'flapped';
  const state: MemberState = word === 'recovering' ? 'down' : word === 'flapped' ? 'back' : word;
  return {
    deviceId,
    moduleId: null,
    state,
    recovering: word === 'recovering',
    lostAtMs: onlyFlapped ? null : start,
    connectedBeforeMs: 0,
    since: start + 300_000,
    backAtMs: state === 'back' || word === 'recovering' ? start + 900_000 : null,
  };
}

/** An incident of the site, opened at start. */
export function incident(
  members: Readonly<Record<string, MemberWord>>,
  change: Partial<Incident> = {},
): Incident {
  return {
    incidentId: 'inc_1',
    subject: { kind: 'site' },
    hubName: 'hub-fleet-01',
    status: 'open',
    openedAtMs: start,
    resolvedAtMs: null,
    severity: 'warning',
    peakSeverity: 'warning',
    firstSeverity: 'warning',
    members: new Map(Object.entries(members).map(([id, word]) => [id, member(id, word)])),
    knownDevices: 10,
    fallbacks: [],
    ...change,
  };
}

export function facts(change: Partial<ToldFacts> = {}): ToldFacts {
  return { severity: 'warning', down: [], flapping: [], diagnosisKey: 'unknown', ...change };
}

/** A receiver that was told these facts at that time. */
export function toldOf(known: Partial<ToldFacts>, at = '1m', change: Partial<Told> = {}): Told {
  return {
    incidentId: 'inc_1',
    receiver: 'operators',
    status: 'told',
    facts: facts(known),
    lastNoticeAtMs: start + offsetMs(at),
    noticeCount: 1,
    pendingNoticeId: null,
    failingSinceMs: null,
    failedForGood: false,
    ...change,
  };
}

/** Marks that every incident fits. */
export const foundForAll: DiagnosisRecord['about'] = {
  members: Number.MAX_SAFE_INTEGER,
  flapping: Number.MAX_SAFE_INTEGER,
  newestLossMs: Number.MAX_SAFE_INTEGER,
  severity: 'critical',
};

/** A recipient by the first route, from the beginning on. */
export const routed: Recipient = {
  receiver: 'operators',
  why: 'route',
  route: 0,
  step: null,
  fromMs: 0,
  since: 'beginning',
  tells: null,
  mute: null,
  remindEveryMs: 4 * 3_600_000,
};
export const toldBefore: Recipient = { ...routed, why: 'toldBefore', route: null };
export const standIn: Recipient = { ...toldBefore, why: 'fallback', tells: 'outage' };

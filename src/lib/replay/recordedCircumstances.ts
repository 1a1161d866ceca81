import type { AttemptResult } from '../incident/afterAttempt.ts';
import type { Incident, Notice } from '../incident/incident.ts';
import type { IncidentFile } from '../incident/incidentFile.ts';
import type { TimelineEntry } from '../incident/timeline.ts';
import { isOf } from './subjects.ts';
import { type Circumstances, countSeen, seenName, sentAtOnce, type Trial } from './tape.ts';

/** What was decided and what is decided again lie at most so far apart: looks are sometimes late. */
const apartMs = 2 * 60_000;

/** What receivers and logs answered, and what people did, as the files of the incidents have it. */
export function recordedCircumstances(files: readonly IncidentFile[]): Circumstances {
  const pairs = new Map<string, { readonly file: IncidentFile; readonly notice: Notice } | null>();
  const taken = new Set<string>();

  /** The notice on record that a notice of the play stands for: that of its id, else one of about that time. */
  function pairOf(notice: Notice, incident: Incident) {
    const known = pairs.get(notice.noticeId);
    if (known !== undefined) return known;
    const own = files.flatMap((file) =>
      file.notices.filter((one) => one.noticeId === notice.noticeId).map((one) => ({ file, notice: one })),
    );
    const candidates = files
      .filter((file) => isOf(file.incident, incident.subject))
      .flatMap((file) => file.notices.map((one) => ({ file, notice: one })))
      .filter(({ notice: one }) => one.receiver === notice.receiver && !taken.has(one.noticeId))
      .map((one) => ({ ...one, apart: Math.abs(one.notice.createdAtMs - notice.createdAtMs) }))
      .filter(({ apart }) => apart <= apartMs)
      .sort((a, b) => a.apart - b.apart);
    const pair = own[0] ?? candidates[0] ?? null;
    if (pair) taken.add(pair.notice.noticeId);
    pairs.set(notice.noticeId, pair);
    return pair;
  }

  return {
    looks: looksOf(files),
    trialOf(notice, incident, nowMs) {
      const pair = pairOf(notice, incident);
      if (pair === null) return sentAtOnce.trialOf(notice, incident, nowMs);
      const entry = attemptsOf(pair.file, pair.notice)[notice.attempts];
      return entry ? { ...answerOf(entry), wasTried: pair.notice.noticeId === notice.noticeId } : null;
    },
    diagnosisOf(incident, nowMs) {
      const file = files.find(
        (one) => isOf(one.incident, incident.subject) && lasted(one.incident, incident.openedAtMs),
      );
      const record = file?.diagnosis ?? null;
      if (record === null || record.firstAskedAtMs > nowMs) return null;
      return { ...record, incidentId: incident.incidentId };
    },
    acknowledgements: files.flatMap(({ incident: { subject, acknowledged } }) =>
      acknowledged ? [{ subject, acknowledged }] : [],
    ),
  };
}

/**
 * When evaluations decided something. Those that decided nothing left nothing behind, and nothing changes without them:
 * with these the play comes to the same incidents and notices, by the same ids.
 */
function looksOf(files: readonly IncidentFile[]): Map<number, Map<string, number>> {
  const looks = new Map<number, Map<string, number>>();
  for (const { incident, timeline } of files) {
    for (const entry of timeline) {
      const name = seenName(incident.subject, entry);
      // A notice is dropped by a look or by a delivery.
      if (name === null && entry.outcome !== 'dropped') continue;
      const atMs = entry.seenAtMs ?? entry.atMs;
      looks.set(atMs, countSeen([name], looks.get(atMs)));
    }
  }
  return looks;
}

function lasted({ openedAtMs, resolvedAtMs }: Incident, atMs: number): boolean {
  return openedAtMs - apartMs <= atMs && atMs <= (resolvedAtMs ?? Number.POSITIVE_INFINITY);
}

/** The requests by which a notice was tried, oldest first. */
export function attemptsOf({ timeline }: IncidentFile, notice: Notice): TimelineEntry[] {
  const { receiver, createdAtMs, finishedAtMs } = notice;
  return timeline.filter(
    ({ kind, outcome, receiver: to, atMs }) =>
      kind === 'attempt' &&
      to === receiver &&
      outcome !== 'dropped' &&
      atMs >= createdAtMs &&
      atMs <= (finishedAtMs ?? Number.POSITIVE_INFINITY),
  );
}

function answerOf({ atMs, outcome, error }: TimelineEntry): Omit<Trial, 'wasTried'> {
  const because = error ?? 'unknown fault';
  const results: Record<'sent' | 'temporary' | 'failed', AttemptResult> = {
    sent: { kind: 'sent' },
    temporary: {
      kind: 'failedTemporarily',
      error: because,
      retryAfterMs: null,
      outcomeUnknown: false,
      timedOut: false,
    },
    failed: { kind: 'failedPermanently', error: because },
  };
  return { atMs, result: results[outcome === 'temporary' || outcome === 'failed' ? outcome : 'sent'] };
}

import { afterReport } from '../incident/afterReport.ts';
import { withFallbacks } from '../incident/fallbacks.ts';
import type { NoticeName } from '../incident/incident.ts';
import { withNotice } from '../incident/incidentFile.ts';
import { type DeliveryReport, readDeliveryReports } from '../notify/channels/email/deliveryReport.ts';
import { incidentStartOf, mailIdOf } from '../notify/channels/email/mailId.ts';
import { wholeFile } from '../store/storedFile.ts';
import type { Log } from '../telemetry/log.ts';
import { counted, record } from '../telemetry/metrics.ts';
import { type App, ContentionError, mostAttempts } from './app.ts';
import { eachAtMost } from './eachAtMost.ts';

type Failure = Extract<DeliveryReport, { kind: 'failed' }>;

/** So many notices of a digest are written side by side. */
const failsAtOnce = 8;

/** What became of a report. */
type Taken = {
  readonly outcome: 'failed' | 'known' | 'unknown';
  readonly receiver: string;
  readonly reason: string;
};

/** Thrown when a report comes while its notice is still being recorded; Event Grid sends it again. */
export class EarlyReportError extends Error {
  override readonly name = 'EarlyReportError';
}

/**
 * Takes a delivery of Event Grid with reports on mails: one event or many, in either schema. A mail that did not arrive
 * fails its notice, and the fallback is told. Twice is once; what cannot be read, and what is about mails of others, is
 * counted and left alone.
 *
 * @throws the first fault, once all reports were tried: Event Grid then sends the delivery again
 */
export async function receiveDeliveryReports(app: App, delivery: unknown, log: Log): Promise<void> {
  const faults: unknown[] = [];
  const taken: Taken[] = [];
  let malformed = 0;
  for (const report of readDeliveryReports(delivery)) {
    if (report.kind === 'malformed') {
      malformed += 1;
      log.warn('malformed delivery report set aside', { problem: report.problem });
    }
    if (report.kind === 'foreign') {
      log.info('event ignored, its type is not followed', { type: report.type.slice(0, 100) });
    }
    if (report.kind !== 'failed') continue;
    try {
      taken.push(await takeFailure(app, report, log));
    } catch (error) {
      faults.push(error);
    }
  }
  record(log, [
    ...counted(
      taken,
      ({ outcome, receiver, reason }) => JSON.stringify([outcome, receiver, reason]),
      ({ outcome, receiver, reason }, value) => ({ name: `reports.${outcome}`, value, receiver, reason }),
    ),
    ...(malformed > 0 ? [{ name: 'reports.malformed', value: malformed } as const] : []),
  ]);
  if (faults.length > 0) throw faults[0];
}

async function takeFailure(app: App, { messageId, status, recipient }: Failure, log: Log): Promise<Taken> {
  const first = await noticeOf(app, messageId);
  const found = first && (await failAll(app, first, `${status} for ${recipient}`));
  if (!found) {
    log.warn('delivery report for an unknown mail', { messageId, status });
    return { outcome: 'unknown', receiver: 'unknown', reason: status };
  }
  // Addresses of people stay out of the log.
  const { incidentId, noticeId } = first;
  const { outcome, receiver, notices } = found;
  log[outcome === 'failed' ? 'error' : 'info']('mail did not arrive', {
    incident: incidentId,
    notice: noticeId,
    outcome,
    receiver,
    notices,
    status,
  });
  return { outcome, receiver, reason: status };
}

/** The notice that a mail was for, live or in the history, or the first one of a digest; null: it is none of ours, or too old. */
async function noticeOf(app: App, mailId: string): Promise<NoticeName | null> {
  const start = incidentStartOf(mailId);
  const where = start === null ? null : await app.history.startingWith(start);
  if (start === null || where === null) return null;
  const live = await app.fleet.incidentsStartingWith(where.place, start);
  const past = await Promise.all(where.past.map((incidentId) => app.history.find(incidentId)));
  const files = [
    ...live.map(wholeFile),
    ...past.flatMap((found) => (found?.kind === 'past' ? [found.file] : [])),
  ];
  const notices = files.flatMap((file) => file.notices);
  return (
    notices.find(({ incidentId, noticeId, digestId }) =>
      [noticeId, ...(digestId === undefined ? [] : [digestId])].some(
        (id) => mailIdOf(incidentId, id) === mailId,
      ),
    ) ?? null
  );
}

/** Fails a notice and all that its mail was for besides; null: it is nowhere. */
async function failAll(
  app: App,
  first: NoticeName,
  failure: string,
): Promise<(Omit<Found, 'digestWith'> & { readonly notices: number }) | null> {
  const root = await fail(app, first, failure);
  if (root === null) return null;
  let { outcome } = root;
  let notices = 1;
  for (let level = root.digestWith; level.length > 0; ) {
    const next: NoticeName[] = [];
    await eachAtMost(failsAtOnce, level, async (name) => {
      const found = await fail(app, name, failure);
      if (found === null) return;
      notices += 1;
      if (found.outcome === 'failed') outcome = 'failed';
      next.push(...found.digestWith);
    });
    level = next;
  }
  return { outcome, receiver: root.receiver, notices };
}

type Found = {
  readonly outcome: 'failed' | 'known';
  readonly receiver: string;
  readonly digestWith: readonly NoticeName[];
};

/** Fails the notice, wherever its incident is kept by now; null: it is nowhere. */
async function fail(app: App, { incidentId, noticeId }: NoticeName, failure: string): Promise<Found | null> {
  for (let round = 0; round < mostAttempts; round++) {
    const where = await app.history.find(incidentId);
    if (where === null) return null;
    const stored =
      where.kind === 'live' ? (await app.fleet.loadIncident(where.place, incidentId)).stored : null;
    const whole = where.kind === 'past' ? where.file : stored && wholeFile(stored);
    if (whole === null) return null;
    const nowMs = app.now();
    const after = afterReport(whole, { noticeId, failure }, nowMs);
    if (after.kind === 'unknown') return null;
    if (after.kind === 'tooEarly') {
      throw new EarlyReportError(`notice ${noticeId} is still being delivered`);
    }
    const { receiver, digestWith = [] } = after.notice;
    if (after.kind === 'known') return { outcome: 'known', receiver, digestWith };
    if (stored === null) {
      await app.history.keep(where.place, [withNotice(whole, after.notice, after.told, [after.entry])]);
      return { outcome: 'failed', receiver, digestWith };
    }
    const file = withNotice(stored.file, after.notice, after.told, [after.entry]);
    // In the same write: what the receiver is told later could not undo it.
    const incident = withFallbacks(app.rules, file.incident, file.told, nowMs);
    await app.scheduler.note(where.place, nowMs, nowMs);
    if (await app.fleet.saveFile(where.place, stored, { ...file, incident })) {
      await app.scheduler.wake(where.place, nowMs, nowMs);
      return { outcome: 'failed', receiver, digestWith };
    }
  }
  throw new ContentionError(`report on notice ${noticeId}`);
}

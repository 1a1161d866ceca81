import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Site } from '../directory/placeOf.ts';
import { decide } from '../incident/decide.ts';
import { diagnosisKeyOf } from '../incident/diagnosisSchedule.ts';
import type { Incident, Notice, NoticeKind, Told } from '../incident/incident.ts';
import { eitherOf, factsOf, ifRead, withdrawn } from '../incident/ledger.ts';
import { observe, policyOf, type SettledSite, settleSite } from '../incident/observe.ts';
import type { Reason } from '../incident/reasons.ts';
import { routesOf } from '../incident/routesOf.ts';
import { composeMessage } from '../notify/composeMessage.ts';
import { linksOf } from '../notify/linksOf.ts';
import type { Receiver } from '../policy/receiver.ts';
import type { Rules } from '../policy/rules.ts';
import type { LoadedSite } from '../store/fleet.ts';
import { parsePartition, partitionOf } from '../store/keys.ts';
import { readNoticeMessage } from '../store/queueMessages.ts';
import type { NoticeMessage } from '../store/queues.ts';
import type { Log } from '../telemetry/log.ts';
import { record } from '../telemetry/metrics.ts';
import { type App, ContentionError, mostAttempts } from './app.ts';
import { askAgain, askUnlessKnown } from './diagnoseIncident.ts';
import { recordOutcome } from './recordOutcome.ts';
import { sparingTheMessage } from './requeueOnStorageFault.ts';

/** A delivery that died gives its notice up this long after the receiver's time-out. */
const leaseMarginMs = 20_000;

/** Two instances' clocks may differ by this much. */
const clockSkewMs = 1_500;

/**
 * Works on one message of the queue `notices`: delivers a notice, or asks the logs again for an incident.
 *
 * Delivering:
 * 1. Read the site; leave a notice that is finished, not due, or in another delivery's hands.
 * 2. Ask the logs if nobody has, within the budget.
 * 3. Look whether the notice is still true; drop it if not.
 * 4. Claim it by its tag, noting that from now on it may have been read.
 * 5. Send, then record the outcome and what the receiver now knows in one transaction.
 *
 * A crash between 4 and 5 leaves the claim, which lapses; the notice then goes out again under the same id.
 */
export async function deliverNotice(app: App, content: unknown, nowMs: number, log: Log): Promise<void> {
  const message = readNoticeMessage(content);
  await sparingTheMessage(
    () => workOn(app, message, nowMs, log),
    (delayMs) => app.queues.deliver(message, delayMs),
    log,
  );
}

async function workOn(app: App, message: NoticeMessage, nowMs: number, log: Log): Promise<void> {
  const place = parsePartition(message.partition, app.rules)!;
  if ('askLogsFor' in message) {
    await askAgain(app, place.hub, place.site, message.askLogsFor, nowMs, log);
    return;
  }
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const done = await tryDelivery(app, place.hub, place.site, message.notice, log);
    if (done) return;
  }
  throw new ContentionError(`notice ${message.notice}`);
}

/** One go at it; false: another writer was faster, begin again. */
async function tryDelivery(app: App, hub: string, site: Site, noticeId: string, log: Log): Promise<boolean> {
  const partition = partitionOf(hub, site);
  let loaded = await app.fleet.loadSite(hub, site);
  let found = find(app.rules, loaded, noticeId, app.now());
  if (!found) return true;
  const ids = {
    hub,
    site: site.id,
    incident: found.incident.incidentId,
    notice: noticeId,
    receiver: found.notice.receiver,
  };
  const asked = await askUnlessKnown(app, loaded, found.incident, found.notice.reason, log);
  if (asked.tookTime) {
    loaded = await app.fleet.loadSite(hub, site);
    found = find(app.rules, loaded, noticeId, app.now());
    if (!found) return true;
  }
  const { notice, told, receiver } = found;
  const nowMs = app.now();
  const truth = stillTrue(app.rules, loaded, found, asked.diagnosis, nowMs);
  if (truth.kind === 'pointless') {
    const dropped: Notice = { ...notice, state: 'dropped', lastError: truth.because, finishedAtMs: nowMs };
    const released = withdrawn(told, notice);
    if ((await app.fleet.saveNotice(loaded, dropped, released)) === 'superseded') return false;
    log.info('notice dropped', { ...ids, because: truth.because });
    record(log, [{ name: 'notices.dropped', value: 1, receiver: receiver.name, reason: notice.reason }]);
    await app.wakeUps.forEvent(partition, nowMs, nowMs);
    return true;
  }
  const admission = await app.gates.enter(receiver.name, nowMs, app.pause);
  if (admission.kind === 'wait') {
    const waiting: Notice = { ...notice, dueAtMs: nowMs + admission.delayMs };
    if ((await app.fleet.saveNotice(loaded, waiting, null)) === 'superseded') return false;
    await app.queues.deliver({ partition, notice: noticeId }, admission.delayMs);
    return true;
  }
  let timedOut = false;
  try {
    const claimed: Notice = {
      ...notice,
      attempts: notice.attempts + 1,
      maybeRead: eitherOf(notice.maybeRead, factsOf(truth.incident, diagnosisKeyOf(asked.diagnosis))),
      leasedUntilMs: nowMs + receiver.delivery.timeoutMs + leaseMarginMs,
    };
    // The ledger's row gets a new tag too: an evaluation that read it before the claim must not drop the notice.
    // Devices that fell since the last evaluation join the incident before anybody hears of them: they would not be
    // missed if they came back before the next one.
    const joined = countOf(truth.incident) > countOf(found.incident) ? truth.incident : null;
    if ((await app.fleet.saveNotice(loaded, claimed, told, joined)) === 'superseded') return false;
    const text = composeMessage({
      incident: truth.incident,
      settled: truth.settled,
      // It takes back whatever an earlier attempt may have called down, so that an answer settles what is known.
      told: ifRead(told, notice),
      notice: { ...notice, kind: truth.says },
      reason: truth.reason,
      diagnosis: asked.diagnosis,
      links: linksOf(app.publicUrl, truth.incident, truth.settled),
    });
    const result = await app.sender.send(text, receiver, app.now());
    timedOut = result.kind === 'failedTemporarily' && result.timedOut;
    log.info('notice tried', {
      ...ids,
      reason: truth.reason,
      result: result.kind,
      error: result.kind === 'sent' ? null : result.error,
      attempts: claimed.attempts,
    });
    await recordOutcome(
      app,
      hub,
      site,
      { before: notice, text, incident: truth.incident, result, receiver },
      log,
    );
  } finally {
    app.gates.leave(receiver.name, timedOut, receiver.delivery.retryFirstMs, app.now());
  }
  return true;
}

function countOf({ members }: Incident): number {
  return Object.keys(members).length;
}

type Found = {
  readonly notice: Notice;
  readonly told: Told;
  readonly incident: Incident;
  readonly receiver: Receiver;
};

/** The notice with all that belongs to it, if it is this delivery's to send. */
function find(config: Rules, { view }: LoadedSite, noticeId: string, nowMs: number): Found | null {
  const notice = view.notices.find((candidate) => candidate.noticeId === noticeId);
  if (!notice || notice.leasedUntilMs > nowMs || notice.dueAtMs > nowMs + clockSkewMs) return null;
  const told = view.told.find((entry) => entry.pendingNoticeId === noticeId);
  const incident = view.incidents.find((candidate) => candidate.incidentId === notice.incidentId);
  const receiver = config.receivers.get(notice.receiver);
  return told && incident && receiver ? { notice, told, incident, receiver } : null;
}

type Truth =
  | {
      readonly kind: 'true';
      readonly incident: Incident;
      readonly settled: SettledSite;
      readonly reason: Reason;
      readonly says: NoticeKind;
    }
  | { readonly kind: 'pointless'; readonly because: string };

/** Whether a notice still says something true and new, and for which reason now. */
function stillTrue(
  config: Rules,
  { view }: LoadedSite,
  found: Found,
  diagnosis: Diagnosis,
  nowMs: number,
): Truth {
  const { notice, told } = found;
  const settled = settleSite(config, view.site, view.devices, nowMs);
  const incident = observe(found.incident, settled);
  const yes = (reason: Reason, says = notice.kind): Truth => ({
    kind: 'true',
    incident,
    settled,
    reason,
    says,
  });
  if (notice.kind === 'final' && found.incident.status === 'resolved') return yes(notice.reason);
  const routing = routesOf(config, view, incident).of(notice.receiver);
  const diagnosisKey = diagnosis.status === 'available' ? diagnosisKeyOf(diagnosis) : null;
  const decision = decide(incident, told, routing, policyOf(settled, incident), diagnosisKey);
  if (notice.kind === 'opening') {
    // Without an answer to an earlier attempt the receiver may have read it, so it is told to the end.
    if (notice.maybeRead !== null) return yes(notice.reason);
    if (decision.kind === 'say' && decision.notice === 'opening') return yes(notice.reason);
    return { kind: 'pointless', because: 'every device was back before it could be told' };
  }
  if (decision.kind === 'nothing')
    return { kind: 'pointless', because: 'it was no longer true when it was to be sent' };
  if (decision.notice === notice.kind) return yes(decision.reason);
  const due = decision.atMs <= nowMs;
  if (due && decision.notice !== 'final' && notice.kind !== 'final')
    return yes(decision.reason, decision.notice);
  return { kind: 'pointless', because: 'it was no longer true when it was to be sent' };
}

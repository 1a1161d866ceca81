import type { Site } from '../directory/placeOf.ts';
import { afterAttempt } from '../incident/afterAttempt.ts';
import { decisionsOf } from '../incident/decisions.ts';
import { diagnosisToTell } from '../incident/diagnosisFit.ts';
import { diagnosisKeyOf } from '../incident/diagnosisSchedule.ts';
import type { Notice } from '../incident/incident.ts';
import { type IncidentFile, withNotice } from '../incident/incidentFile.ts';
import { abandon, assumingDelivered, factsOf, mergeFacts } from '../incident/ledger.ts';
import { observe, policyOf, siteAt } from '../incident/observe.ts';
import { standingOf } from '../incident/pendingNotice.ts';
import type { SiteView } from '../incident/siteView.ts';
import { droppedEntry } from '../incident/timeline.ts';
import type { Rules } from '../policy/rules.ts';
import type { Trial } from './tape.ts';

/** A notice on its way, and what it is about. */
type Delivery = {
  readonly rules: Rules;
  readonly site: Site;
  /** With the devices of the incident alone. */
  readonly view: SiteView;
  readonly file: IncidentFile;
  readonly notice: Notice;
  readonly nowMs: number;
};

/**
 * The file after an attempt to deliver a notice: unless it was tried, it is looked once more whether it is still true, as a
 * delivery does.
 */
export function tryNotice(
  { rules, site, view, file, notice, nowMs }: Delivery,
  { result, wasTried }: Trial,
): IncidentFile {
  const told = file.told.find(({ pendingNoticeId }) => pendingNoticeId === notice.noticeId);
  const receiver = rules.receivers.get(notice.receiver);
  if (!told || !receiver) return file;
  const at = siteAt(rules, site, view.devices, nowMs, 'partial');
  const incident = file.incident.status === 'resolved' ? file.incident : observe(file.incident, at);
  const policy = policyOf(at, incident);
  const diagnosis = view.diagnoses[0] ?? null;
  const decisions = decisionsOf({
    rules,
    hub: view.hub,
    site,
    policy,
    nowMs,
    incident,
    told: file.told,
    diagnosis,
  });
  const standing = standingOf(notice, incident, decisions.of(receiver.name).decision, true, nowMs);
  const isPointless = standing.kind === 'pointless';
  if (isPointless && !wasTried) {
    const dropped: Notice = { ...notice, state: 'dropped', lastError: standing.because, finishedAtMs: nowMs };
    return withNotice(file, dropped, abandon(told, notice), [droppedEntry(dropped, nowMs)]);
  }
  const known = assumingDelivered(told, notice);
  const key = diagnosisKeyOf(diagnosisToTell(diagnosis, incident));
  const facts = factsOf(incident, key, known, isPointless ? 'everything' : standing.tells);
  const claimed: Notice = {
    ...notice,
    attempts: notice.attempts + 1,
    possiblyDelivered: mergeFacts(notice.possiblyDelivered, facts),
  };
  const { delivery } = receiver;
  const possiblyBefore = notice.possiblyDelivered;
  const reason = isPointless ? notice.reason : standing.reason;
  const attempt = { notice: claimed, possiblyBefore, told, facts, reason, result, delivery };
  const after = afterAttempt(attempt, delivery.retryFirstMs, nowMs);
  return withNotice(file, after.notice, after.told);
}

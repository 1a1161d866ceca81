import { pendingDiagnosis } from '../diagnosis/unexplained.ts';
import type { SiteKey } from '../directory/placeKey.ts';
import { diagnoseHub } from '../hubWatch/diagnoseHub.ts';
import { fits, marksOf, recordAfter } from '../incident/diagnosisFit.ts';
import type { DiagnosisRecord } from '../incident/incident.ts';
import type { IncidentFile } from '../incident/incidentFile.ts';
import type { Reason } from '../incident/reasons.ts';
import { sitePolicy } from '../policy/policyFor.ts';
import type { Log } from '../telemetry/log.ts';
import { type App, notOutdated } from './app.ts';
import { askDueLogs } from './askDueLogs.ts';
import { askLogs, firstAnswerServesMs, isDue, sharedWithinMs } from './askLogs.ts';
import type { comeBack } from './logQuestions.ts';
import { siteOfKey } from './places.ts';

/** When a notice that gave its place up comes back for its answer: a round takes some seconds. */
export const comeBackAfterMs = 2_000;

/**
 * The diagnosis that is known and fits what is true now, or a question to the logs within the site's budget. The last
 * notice asks once more when the logs had nothing before, so that it carries the final cause.
 * @param task.sinceMs when the delivery that wants it began: it asks in its first budget, and tells what is known after that
 * @param task.comesBack whether it may, within that budget, when too many wait here
 */
export async function diagnosisFor(
  app: App,
  key: SiteKey,
  file: IncidentFile,
  task: { readonly reason: Reason; readonly sinceMs: number; readonly comesBack: boolean },
  log: Log,
): Promise<DiagnosisRecord | typeof comeBack | null> {
  const { diagnosis: known, incident } = file;
  const { reason, sinceMs } = task;
  const fitting = known !== null && fits(known, incident);
  const lastChance = reason === 'recovered' && known?.diagnosis.status === 'pending';
  if (fitting && !lastChance) return known;
  if (!fitting && reason === 'noLongerFollowed') return known;
  const { incidentId } = incident;
  const withinMs = lastChance ? sharedWithinMs : firstAnswerServesMs;
  const answered = app.questions.recent(incidentId, app.now(), withinMs);
  if (answered && fits(answered, incident)) return answered;
  const { diagnosisBudgetMs: budgetMs } = sitePolicy(app.rules, siteOfKey(app.rules, key));
  // Nobody was asked in time: the notice says pending, and the next asking is a minute away.
  const unanswered = () => (fitting ? known : recordAfter(known, incident, pendingDiagnosis, app.now()));
  if (app.now() - sinceMs >= budgetMs) return answered ?? unanswered();
  const serves = (record: DiagnosisRecord) => fits(record, incident);
  const sharedBy = app.diagnoser.isSetUp ? 'hub' : 'site';
  const untilMs = sinceMs + budgetMs;
  const comesBack = task.comesBack && app.now() + comeBackAfterMs < untilMs;
  const devices = incident.members.size;
  const waiter = { key, incidentId, devices, serves, untilMs, sharedBy, comesBack } as const;
  const found = await app.questions.ask(waiter, app, async (wanted) => {
    const turnWithinMs = (untilMs - app.now()) / 2;
    const answers = await askLogs(app, wanted, { untilMs, turnWithinMs, why: 'first' }, log);
    return answers ?? new Map();
  });
  return found ?? unanswered();
}

/** A hub's own count explains itself, and is always at hand. */
export function diagnosisOfHub({ incident, diagnosis }: IncidentFile, nowMs: number): DiagnosisRecord | null {
  const { subject, incidentId, hubName } = incident;
  if (subject.kind !== 'hub' || subject.level === null) return diagnosis;
  const firstAskedAtMs = diagnosis?.firstAskedAtMs ?? nowMs;
  const about = marksOf(incident);
  return { incidentId, diagnosis: diagnoseHub(subject.level, hubName), firstAskedAtMs, asked: 0, about };
}

/**
 * Asks the logs again about an open incident when that is due, and lets its site be evaluated with the answer. While this
 * instance asks about the hub, the site waits on the list of whoever asks next.
 */
export async function rediagnose(app: App, key: SiteKey, incidentId: string, log: Log): Promise<void> {
  const { guard, stored } = await app.fleet.loadIncident(key, incidentId);
  const current = await notOutdated(app, guard?.record ?? null);
  if (!stored || !isDue(stored.file, app.now())) return;
  const devices = stored.file.incident.members.size;
  const question = { key, incidentId, devices };
  if (!app.questions.beginsToAskAgain(key.hub)) return app.dueQuestions.add(key.hub, [question]);
  try {
    await askDueLogs(current, question, log);
  } finally {
    app.questions.hasAskedAgain(key.hub);
  }
}

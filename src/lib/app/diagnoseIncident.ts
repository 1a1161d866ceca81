import type { Device } from '../device/device.ts';
import type { DiagnosedDevice, Diagnosis, DiagnosisRequest } from '../diagnosis/diagnosis.ts';
import { pendingDiagnosis, unexplained } from '../diagnosis/unexplained.ts';
import { formatPlaceKey, type SiteKey } from '../directory/placeKey.ts';
import { diagnoseHub } from '../hubWatch/diagnoseHub.ts';
import { fits, marksOf, recordAfter } from '../incident/diagnosisFit.ts';
import { nextAskAt } from '../incident/diagnosisSchedule.ts';
import type { DiagnosisRecord, Incident } from '../incident/incident.ts';
import type { IncidentFile } from '../incident/incidentFile.ts';
import { observe, type SiteAt, siteAt } from '../incident/observe.ts';
import type { Reason } from '../incident/reasons.ts';
import { sitePolicy } from '../policy/policyFor.ts';
import type { LoadedSite } from '../store/fleet.ts';
import type { Log } from '../telemetry/log.ts';
import { counted, record } from '../telemetry/metrics.ts';
import { type App, mostAttempts, notOutdated } from './app.ts';
import { siteOfKey } from './places.ts';

/** The budget covers the answer; this is for the way back. */
const budgetMarginMs = 500;

/** A first answer, which is not stored before a notice is sent by it, serves the notices of this instance for so long. */
const firstAnswerServesMs = 2 * 60_000;

/** Incidents whose turn comes this soon are asked about together. */
const sharedWithinMs = 5_000;

/**
 * The diagnosis that is known and fits what is true now, or a question to the logs within the site's budget. The last
 * notice asks once more when the logs had nothing before, so that it carries the final cause.
 * @param task.sinceMs when the delivery that wants it began: it asks in its first budget, and tells what is known after that
 */
export async function diagnosisFor(
  app: App,
  key: SiteKey,
  file: IncidentFile,
  { reason, sinceMs }: { readonly reason: Reason; readonly sinceMs: number },
  log: Log,
): Promise<DiagnosisRecord | null> {
  const { diagnosis: known, incident } = file;
  const fitting = known !== null && fits(known, incident);
  const lastChance = reason === 'recovered' && known?.diagnosis.status === 'pending';
  if (fitting && !lastChance) return known;
  if (!fitting && reason === 'noLongerFollowed') return known;
  const { incidentId } = incident;
  const withinMs = lastChance ? sharedWithinMs : firstAnswerServesMs;
  const answered = app.questions.recent(incidentId, app.now(), withinMs);
  if (answered && fits(answered, incident)) return answered;
  const { diagnosisBudgetMs } = sitePolicy(app.rules, siteOfKey(app.rules, key));
  if (app.now() - sinceMs >= diagnosisBudgetMs) return answered ?? known;
  return ask(app, key, incident, 'others', log);
}

/** A hub's own count explains itself, and is always at hand. */
export function diagnosisOfHub({ incident, diagnosis }: IncidentFile, nowMs: number): DiagnosisRecord | null {
  const { subject, incidentId, hubName } = incident;
  if (subject.kind !== 'hub' || subject.level === null) return diagnosis;
  const firstAskedAtMs = diagnosis?.firstAskedAtMs ?? nowMs;
  const about = marksOf(incident);
  return { incidentId, diagnosis: diagnoseHub(subject.level, hubName), firstAskedAtMs, asked: 0, about };
}

/** Asks the logs again about an open incident when that is due, and lets its site be evaluated with the answer. */
export async function rediagnose(app: App, key: SiteKey, incidentId: string, log: Log): Promise<void> {
  const { guard, stored } = await app.fleet.loadIncident(key, incidentId);
  const current = await notOutdated(app, guard?.record ?? null);
  if (!stored || !isDue(stored.file, app.now())) return;
  await ask(current, key, stored.file.incident, 'all', log);
  const nowMs = app.now();
  await app.scheduler.schedule(key, nowMs, nowMs);
}

/** Whether an incident is asked about beside another one: it is due, and its first answer is not on its way. */
function isAskedToo(app: App, file: IncidentFile, nowMs: number): boolean {
  const { incidentId } = file.incident;
  if (!isDue(file, nowMs)) return false;
  if (file.diagnosis !== null) return true;
  const answered = app.questions.recent(incidentId, nowMs, firstAnswerServesMs);
  return answered === null || !fits(answered, file.incident);
}

function isDue(
  { incident, diagnosis }: Pick<IncidentFile, 'incident' | 'diagnosis'>,
  nowMs: number,
): boolean {
  if (incident.status !== 'open') return false;
  if (diagnosis === null) return true;
  const atMs = nextAskAt(diagnosis, incident);
  return atMs !== null && atMs <= nowMs + sharedWithinMs;
}

/** @param keep whose later answers are stored at once: not that of an incident whose notice is about to store it */
function ask(
  app: App,
  key: SiteKey,
  incident: Incident,
  keep: 'all' | 'others',
  log: Log,
): Promise<DiagnosisRecord | null> {
  const { incidentId } = incident;
  const serves = (record: DiagnosisRecord) => fits(record, incident);
  return app.questions.ask(formatPlaceKey(key), incidentId, serves, app.now, () =>
    askAboutSite(app, key, incidentId, keep, log),
  );
}

/**
 * Asks about an incident and all others of its site that are due. A first answer is kept with the notice that is sent
 * by it; a later one at once, for the evaluation that compares it with what was told.
 */
async function askAboutSite(
  app: App,
  key: SiteKey,
  incidentId: string,
  kept: 'all' | 'others',
  log: Log,
): Promise<ReadonlyMap<string, DiagnosisRecord>> {
  const loaded = await app.fleet.loadSite(key.hub, siteOfKey(app.rules, key));
  const askedAtMs = app.now();
  const site = siteAt(app.rules, loaded.view.site, loaded.view.devices, askedAtMs);
  const files = [...loaded.files.values()]
    .map(({ file }) => file)
    .filter((file) => file.incident.incidentId === incidentId || isAskedToo(app, file, askedAtMs));
  const { diagnosisBudgetMs: budgetMs } = site.policy;
  // Who joins is not told of yet: the evaluation that sees it has the next question asked.
  const asked = files.map(({ incident }) => observe(incident, { ...site, partial: true }));
  const requests = asked.map((incident) => requestOf(incident, site));
  const answers = await withinBudget(
    app.diagnoser.diagnose(requests, askedAtMs, budgetMs),
    requests.length,
    (signal) => app.pause(budgetMs + budgetMarginMs, signal),
  );
  record(
    log,
    counted(
      answers,
      ({ status, cause }) => `${status} ${cause}`,
      ({ status, cause }, value) => ({ name: 'diagnosis.answers', value, status, cause }),
    ),
  );
  const records = new Map<string, DiagnosisRecord>();
  for (const [index, file] of files.entries()) {
    const answer = answers[index] ?? pendingDiagnosis;
    records.set(file.incident.incidentId, recordAfter(file.diagnosis, asked[index]!, answer, askedAtMs));
    log.info('logs asked', {
      hub: key.hub,
      site: key.id,
      incident: file.incident.incidentId,
      status: answer.status,
      cause: answer.cause,
      because: answer.unavailableBecause,
    });
  }
  for (const record of records.values()) {
    const stores = kept === 'all' || record.incidentId !== incidentId;
    const isFirst = loaded.files.get(record.incidentId)?.file.diagnosis === null;
    if (!isFirst && stores) await keep(app, key, loaded, record);
  }
  return records;
}

/** Keeps an answer with its incident; one that is over for everybody by now keeps nothing. */
async function keep(app: App, key: SiteKey, loaded: LoadedSite, record: DiagnosisRecord): Promise<void> {
  let stored = loaded.files.get(record.incidentId) ?? null;
  for (let attempt = 0; attempt < mostAttempts && stored; attempt++) {
    const { diagnosis } = record;
    const file: IncidentFile = {
      ...stored.file,
      diagnosis: record,
      timeline: [
        ...stored.file.timeline,
        {
          atMs: app.now(),
          kind: 'diagnosis',
          deviceId: null,
          receiver: null,
          reason: null,
          sentence: `The logs were asked: ${diagnosis.status}, ${diagnosis.cause} (${diagnosis.confidence}).`,
        },
      ],
    };
    if (await app.fleet.saveFile(key, stored, file)) return;
    stored = (await app.fleet.loadIncident(key, record.incidentId)).stored;
  }
}

function requestOf(incident: Incident, site: SiteAt): DiagnosisRequest {
  const devices: DiagnosedDevice[] = [];
  let hubResourceId: string | null = null;
  for (const [key, member] of incident.members) {
    const device = site.devices.get(key);
    hubResourceId ??= device?.hubResourceId ?? null;
    devices.push({
      deviceId: member.deviceId,
      moduleId: member.moduleId,
      lostAtMs: member.lostAtMs ?? device?.lostAtMs ?? null,
      flapping: member.state === 'flapping',
    });
  }
  const unaffected = [...site.devices]
    .filter(([key, device]) => !site.silent.has(key) && !incident.members.has(key) && isWell(device))
    .map(([, { deviceId, moduleId }]) => ({ deviceId, moduleId }));
  return { hubName: incident.hubName, hubResourceId, site: site.site, devices, unaffected };
}

function isWell(device: Device): boolean {
  return device.phase === 'online' && !device.flapping;
}

/** Help that hangs must not hold back the notice. @param budget ends when there is no more time */
async function withinBudget(
  answer: Promise<readonly Diagnosis[]>,
  count: number,
  budget: (signal: AbortSignal) => Promise<void>,
): Promise<readonly Diagnosis[]> {
  const unavailable = (unavailableBecause: string): Diagnosis[] =>
    new Array<Diagnosis>(count).fill(unexplained(unavailableBecause));
  const answered = new AbortController();
  const late = budget(answered.signal).then(() => unavailable('the logs did not answer in time'));
  try {
    return await Promise.race([answer, late]);
  } catch (error) {
    return unavailable(`the question to the logs failed: ${String(error)}`);
  } finally {
    answered.abort();
  }
}

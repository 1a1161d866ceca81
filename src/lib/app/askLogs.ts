import { type Device, deviceKey } from '../device/device.ts';
import type { DiagnosedDevice, Diagnosis, DiagnosisRequest } from '../diagnosis/diagnosis.ts';
import type { Turn } from '../diagnosis/logs/turns.ts';
import { pendingDiagnosis, unexplained } from '../diagnosis/unexplained.ts';
import type { SiteKey } from '../directory/placeKey.ts';
import { fits, recordAfter } from '../incident/diagnosisFit.ts';
import { nextAskAt } from '../incident/diagnosisSchedule.ts';
import type { DiagnosisRecord, Incident } from '../incident/incident.ts';
import type { IncidentFile } from '../incident/incidentFile.ts';
import { observe, type SiteAt, siteAt } from '../incident/observe.ts';
import { oneLine } from '../notify/words/oneLine.ts';
import type { LoadedSite } from '../store/fleet.ts';
import type { Log } from '../telemetry/log.ts';
import { counted, record } from '../telemetry/metrics.ts';
import { type App, mostAttempts } from './app.ts';
import { eachAtMost } from './eachAtMost.ts';
import type { Answers, Wanted } from './logQuestions.ts';
import { siteOfKey } from './places.ts';

/** The budget covers the answer; this is for the way back. */
const budgetMarginMs = 500;

/** A first answer, which is not stored before a notice is sent by it, serves the notices of this instance for so long. */
export const firstAnswerServesMs = 2 * 60_000;

/** Incidents whose turn comes this soon are asked about together. */
export const sharedWithinMs = 5_000;

/** How often somebody who waits for a turn looks for one. */
const lookForTurnMs = 1_000;

const sitesAtOnce = 8;

/** How a round asks. Times are milliseconds. */
export type Asking = {
  readonly untilMs: number;
  /** How much of that may pass before its turn comes. */
  readonly turnWithinMs: number;
  /** `first`: for notices, which store the answers that they tell. `again`: for what is due, stored at once. */
  readonly why: 'first' | 'again';
};

/** One incident that is asked about. */
type Question = {
  readonly loaded: LoadedSite;
  readonly file: IncidentFile;
  /** As it is asked about. */
  readonly incident: Incident;
  readonly request: DiagnosisRequest;
};

/**
 * Asks about incidents of some sites of a hub, and about all others of these sites that are due, in one look. A first
 * answer is kept with the notice that is sent by it; a later one at once, for the evaluation that compares it with what
 * was told. null: others are asking, and no turn came in time.
 */
export async function askLogs(
  app: App,
  wanted: readonly Wanted[],
  asking: Asking,
  log: Log,
): Promise<Answers | null> {
  const askedAtMs = app.now();
  const ids = new Set(wanted.map(({ incidentId }) => incidentId));
  const sites = new Map(wanted.map(({ key }) => [`${key.kind} ${key.id}`, key]));
  const questions: Question[] = [];
  await eachAtMost(sitesAtOnce, [...sites.values()], async (key) => {
    const loaded = await app.fleet.loadSite(key.hub, siteOfKey(app.rules, key));
    const own = questionsOf(app, loaded, asking.why === 'first' ? ids : new Set(), askedAtMs);
    for (const question of own) questions.push(await withMoved(app, key, question));
  });
  const requests = questions.map(({ request }) => request);
  const queries = app.diagnoser.queriesFor(requests, askedAtMs);
  const turn = queries === 0 ? null : await turnOf(app, queries, asking);
  if (queries > 0 && turn === null) return null;
  const budgetMs = asking.untilMs - app.now();
  const answers = await withinBudget(
    app.diagnoser.diagnose(requests, askedAtMs, budgetMs),
    requests.length,
    (signal) => app.pause(budgetMs + budgetMarginMs, signal),
  );
  if (turn) await app.logTurns.end(turn, app.now());
  noteAnswers(questions, answers, log);
  const records = new Map<string, DiagnosisRecord>();
  await eachAtMost(sitesAtOnce, [...questions.entries()], async ([index, { loaded, file, incident }]) => {
    const { incidentId } = incident;
    const after = recordAfter(file.diagnosis, incident, answers[index] ?? pendingDiagnosis, askedAtMs);
    // Where no logs are set up, there is nothing to ask again.
    const found = app.diagnoser.isSetUp ? after : { ...after, asked: 0 };
    records.set(incidentId, found);
    const own = ids.has(incidentId);
    const stores = asking.why === 'again' || !own;
    // A first answer is kept without a notice where the routes wait for it.
    const kept = file.diagnosis !== null || (asking.why === 'again' && own);
    if (stores && kept) await keep(app, loaded, found);
  });
  return records;
}

/** A turn at the logs; null: none came in time. */
async function turnOf(app: App, queries: number, { untilMs, turnWithinMs }: Asking): Promise<Turn | null> {
  const latestMs = app.now() + turnWithinMs;
  for (;;) {
    const nowMs = app.now();
    const turn = await app.logTurns.take(queries, nowMs, untilMs - nowMs + 2 * budgetMarginMs);
    const waitMs = lookForTurnMs * (0.5 + app.random());
    if (turn !== null || app.now() + waitMs > latestMs) return turn;
    await app.pause(waitMs);
  }
}

function questionsOf(app: App, loaded: LoadedSite, anyway: ReadonlySet<string>, nowMs: number): Question[] {
  const site = siteAt(app.rules, loaded.view.site, loaded.view.devices, nowMs);
  const well = wellDevices(site);
  return [...loaded.files.values()]
    .map(({ file }) => file)
    .filter((file) => anyway.has(file.incident.incidentId) || isAskedToo(app, file, nowMs))
    .map((file) => {
      // Who joins is not told of yet: the evaluation that sees it has the next question asked.
      const incident = observe(file.incident, { ...site, partial: true });
      return { loaded, file, incident, request: requestOf(incident, site, well) };
    });
}

/** Names the hub to which a device has moved, as far as the other watched hubs know it. */
async function withMoved(app: App, key: SiteKey, question: Question): Promise<Question> {
  const others = app.rules.hubs.filter(({ name }) => name.toLowerCase() !== key.hub);
  const { request } = question;
  let { devices } = request;
  for (const { name } of others) {
    const found = await app.fleet.devices({ ...key, hub: name.toLowerCase() }, devices);
    devices = devices.map((device) => {
      const there = found.get(deviceKey(device))?.record;
      const moved =
        there &&
        (there.phase === 'online' || there.phase === 'recovering') &&
        there.connectedAtMs > (device.lostAtMs ?? 0);
      return moved ? { ...device, connectedTo: name } : device;
    });
  }
  return { ...question, request: { ...request, devices } };
}

/** Whether an incident is asked about beside another one: it is due, and its first answer is not on its way. */
function isAskedToo(app: App, file: IncidentFile, nowMs: number): boolean {
  if (!isDue(file, nowMs)) return false;
  if (file.diagnosis !== null) return true;
  const { incidentId } = file.incident;
  const answered = app.questions.recent(incidentId, nowMs, firstAnswerServesMs);
  return answered === null || !fits(answered, file.incident);
}

/** Whether it is time to ask about an incident. */
export function isDue(
  { incident, diagnosis }: Pick<IncidentFile, 'incident' | 'diagnosis'>,
  nowMs: number,
): boolean {
  if (incident.status !== 'open') return false;
  if (diagnosis === null) return true;
  const atMs = nextAskAt(diagnosis, incident);
  return atMs !== null && atMs <= nowMs + sharedWithinMs;
}

/** Keeps an answer with its incident; one that is over for everybody by now keeps nothing. */
async function keep(app: App, { key, files }: LoadedSite, found: DiagnosisRecord): Promise<void> {
  let stored = files.get(found.incidentId) ?? null;
  for (let attempt = 0; attempt < mostAttempts && stored; attempt++) {
    const { diagnosis } = found;
    const file: IncidentFile = {
      ...stored.file,
      diagnosis: found,
      timeline: [
        ...stored.file.timeline,
        {
          atMs: app.now(),
          kind: 'diagnosis',
          deviceId: null,
          receiver: null,
          reason: null,
          sentence: answerInWords(diagnosis),
        },
      ],
    };
    if (await app.fleet.saveFile(key, stored, file)) return;
    stored = (await app.fleet.loadIncident(key, found.incidentId)).stored;
  }
}

function answerInWords({ status, cause, summary, unavailableBecause }: Diagnosis): string {
  if (status === 'unavailable') {
    const because = oneLine(unavailableBecause ?? '').replace(/[.\s]+$/, '') || 'unknown fault';
    return `The logs could not be asked: ${because}.`;
  }
  if (status === 'pending') return 'The logs were asked; they have nothing yet.';
  return cause === 'unknown'
    ? 'The logs were asked; they do not tell the cause.'
    : `The logs were asked. ${summary}`;
}

/** The devices of a site that nothing is wrong with, by `deviceKey`. */
type Well = { readonly keys: ReadonlySet<string>; readonly devices: readonly Device[] };

function wellDevices({ devices, silent }: SiteAt): Well {
  const well = [...devices].filter(([key, device]) => !silent.has(key) && isWell(device));
  return { keys: new Set(well.map(([key]) => key)), devices: well.map(([, device]) => device) };
}

/** Incidents without a device that is well share the list: thousands of them may be asked about beside a large site. */
function requestOf(incident: Incident, site: SiteAt, well: Well): DiagnosisRequest {
  const devices: DiagnosedDevice[] = [];
  for (const [key, member] of incident.members) {
    const device = site.devices.get(key);
    devices.push({
      deviceId: member.deviceId,
      moduleId: member.moduleId,
      lostAtMs: member.lostAtMs ?? device?.lostAtMs ?? null,
      flapping: member.state === 'flapping',
    });
  }
  const apart = [...incident.members.keys()].every((key) => !well.keys.has(key));
  const unaffected = apart
    ? well.devices
    : well.devices.filter((device) => !incident.members.has(deviceKey(device)));
  return { hubName: incident.hubName, site: site.site, devices, unaffected };
}

function isWell(device: Device): boolean {
  return device.phase === 'online' && !device.flapping;
}

function noteAnswers(questions: readonly Question[], answers: readonly Diagnosis[], log: Log): void {
  record(
    log,
    counted(
      answers,
      ({ status, cause }) => `${status} ${cause}`,
      ({ status, cause }, value) => ({ name: 'diagnosis.answers', value, status, cause }),
    ),
  );
  for (const [index, { loaded, incident }] of questions.entries()) {
    const { status, cause, unavailableBecause: because } = answers[index] ?? pendingDiagnosis;
    const { hub } = loaded.key;
    const site = loaded.view.site.id;
    log.info('logs asked', { hub, site, incident: incident.incidentId, status, cause, because });
  }
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

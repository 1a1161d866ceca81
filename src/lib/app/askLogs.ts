import type { Device } from '../device/device.ts';
import type { DiagnosedDevice, Diagnosis, DiagnosisRequest } from '../diagnosis/diagnosis.ts';
import { diagnoseHub } from '../hub/diagnoseHub.ts';
import type { Reason } from '../notify/message.ts';
import { nextAskAt } from '../site/diagnosisSchedule.ts';
import type { DiagnosisRecord, Incident } from '../site/incident.ts';
import { observe, type SettledSite, settleSite } from '../site/observe.ts';
import type { SiteRef } from '../site/siteOf.ts';
import type { LoadedSite } from '../store/fleet.ts';
import { partitionOf } from '../store/keys.ts';
import type { Log } from '../telemetry/log.ts';
import { counted, record } from '../telemetry/metrics.ts';
import type { App } from './app.ts';

/** The budget covers the answer; this is for the way back. */
const budgetMarginMs = 500;

/** Incidents whose turn comes this soon are asked about together. */
const sharedWithinMs = 5_000;

/** What a notice says of the cause before anybody has asked. */
export const notAsked: Diagnosis = {
  status: 'pending',
  cause: 'unknown',
  confidence: 'low',
  summary: 'The cause is not known yet.',
  errors: [],
  steps: [],
  evidence: { for: [], against: [] },
  unavailableBecause: null,
  also: [],
  lostAtMs: {},
};

/** The diagnosis for a notice, and whether asking for it took time in which the site may have changed. */
export type Asked = { readonly diagnosis: Diagnosis; readonly tookTime: boolean };

/**
 * The diagnosis that is known, or a first question to the logs within the site's budget. The last notice asks once
 * more when the logs had nothing before, so that it carries the final cause.
 */
export async function askUnlessKnown(
  app: App,
  loaded: LoadedSite,
  incident: Incident,
  reason: Reason,
  log: Log,
): Promise<Asked> {
  if (loaded.view.site.kind === 'hub') return askNobody(app, loaded, incident);
  const known = loaded.view.diagnoses.find((record) => record.incidentId === incident.incidentId) ?? null;
  const lastChance = reason === 'recovered' && known?.diagnosis.status === 'pending';
  if (known && !lastChance) return { diagnosis: known.diagnosis, tookTime: false };
  if (!known && reason === 'noLongerFollowed') return { diagnosis: notAsked, tookTime: false };
  return { diagnosis: await ask(app, loaded, incident, log), tookTime: true };
}

/** A hub as a whole is explained by its count alone, which is always at hand; kept for the history. */
async function askNobody(app: App, { view }: LoadedSite, incident: Incident): Promise<Asked> {
  const { hub, site, hubLevel } = view;
  if (!hubLevel) return { diagnosis: notAsked, tookTime: false };
  const diagnosis = diagnoseHub(hubLevel, incident.hubName);
  const { incidentId } = incident;
  await app.fleet.saveDiagnoses(hub, site, [{ incidentId, diagnosis, firstAskedAtMs: app.now(), asked: 0 }]);
  return { diagnosis, tookTime: false };
}

/** Asks the logs again about an open incident when that is due, and lets its site be evaluated with the answer. */
export async function askAgain(
  app: App,
  hub: string,
  site: SiteRef,
  incidentId: string,
  nowMs: number,
  log: Log,
): Promise<void> {
  const loaded = await app.fleet.loadSite(hub, site);
  const incident = loaded.view.incidents.find((found) => found.incidentId === incidentId);
  if (incident?.status !== 'open' || !isDue(loaded, incident, nowMs)) return;
  await ask(app, loaded, incident, log);
  await app.wakeUps.forEvent(partitionOf(hub, site), app.now(), nowMs);
}

function isDue(loaded: LoadedSite, incident: Incident, nowMs: number): boolean {
  const record = recordOf(loaded, incident);
  if (record === null) return true;
  const atMs = nextAskAt(record, incident);
  return atMs !== null && atMs <= nowMs + sharedWithinMs;
}

function recordOf({ view }: LoadedSite, incident: Incident): DiagnosisRecord | null {
  return view.diagnoses.find((record) => record.incidentId === incident.incidentId) ?? null;
}

/**
 * One question at a time for an incident, shared by its receivers' notices; and one for all incidents of single devices
 * of a site that are due, since the logs can be asked about many devices at once but not often.
 */
async function ask(app: App, loaded: LoadedSite, incident: Incident, log: Log): Promise<Diagnosis> {
  const { view } = loaded;
  const key =
    incident.per === 'site' ? incident.incidentId : `${partitionOf(view.hub, view.site)} per device`;
  const running = app.questions.get(key);
  const shared = running === undefined ? undefined : (await running).get(incident.incidentId);
  if (shared) return shared;
  const siblings = view.incidents.filter(
    (other) => other.per === 'device' && other.status === 'open' && isDue(loaded, other, app.now()),
  );
  const incidents = incident.per === 'site' ? [incident] : [...new Set([incident, ...siblings])];
  const question = askOnce(app, loaded, incidents, log).finally(() => {
    if (app.questions.get(key) === question) app.questions.delete(key);
  });
  app.questions.set(key, question);
  return (await question).get(incident.incidentId) ?? notAsked;
}

async function askOnce(
  app: App,
  loaded: LoadedSite,
  incidents: readonly Incident[],
  log: Log,
): Promise<ReadonlyMap<string, Diagnosis>> {
  const { view } = loaded;
  const askedAtMs = app.now();
  const settled = settleSite(app.config, view.site, view.devices, askedAtMs);
  const { diagnosisBudgetMs: budgetMs } = settled.policy;
  const requests = incidents.map((incident) => requestOf(observe(incident, settled), settled));
  const answers = await withinBudget(
    app.diagnoser.diagnose(requests, askedAtMs, budgetMs),
    requests.length,
    (signal) => app.pause(budgetMs + budgetMarginMs, signal),
  );
  const records = incidents.map((incident, index): DiagnosisRecord => {
    const diagnosis = answers[index] ?? notAsked;
    log.info('logs asked', {
      hub: view.hub,
      site: view.site.id,
      incident: incident.incidentId,
      status: diagnosis.status,
      cause: diagnosis.cause,
      because: diagnosis.unavailableBecause,
    });
    const known = recordOf(loaded, incident);
    // A question that failed must not take away what an earlier one found.
    const better = diagnosis.status === 'available' || known?.diagnosis.status !== 'available';
    return {
      incidentId: incident.incidentId,
      diagnosis: better ? diagnosis : known.diagnosis,
      firstAskedAtMs: known?.firstAskedAtMs ?? askedAtMs,
      asked: (known?.asked ?? 0) + 1,
    };
  });
  record(
    log,
    counted(
      answers,
      ({ status, cause }) => `${status} ${cause}`,
      ({ status, cause }, value) => ({ name: 'diagnosis.answers', value, status, cause }),
    ),
  );
  await app.fleet.saveDiagnoses(view.hub, view.site, records);
  return new Map(records.map(({ incidentId, diagnosis }) => [incidentId, diagnosis]));
}

function requestOf(incident: Incident, settled: SettledSite): DiagnosisRequest {
  const devices: DiagnosedDevice[] = [];
  let hubResourceId: string | null = null;
  for (const [key, member] of Object.entries(incident.members)) {
    const device = settled.devices.get(key);
    hubResourceId ??= device?.hubResourceId ?? null;
    devices.push({
      deviceId: member.deviceId,
      moduleId: member.moduleId,
      lostAtMs: member.lostAtMs ?? device?.lostAtMs ?? null,
      flapping: member.state === 'flapping',
    });
  }
  const unaffected = [...settled.devices]
    .filter(
      ([key, device]) => settled.known.has(key) && !Object.hasOwn(incident.members, key) && isWell(device),
    )
    .map(([, { deviceId, moduleId }]) => ({ deviceId, moduleId }));
  return { hubName: incident.hubName, hubResourceId, site: settled.site, devices, unaffected };
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
    new Array<Diagnosis>(count).fill({ ...notAsked, status: 'unavailable', unavailableBecause });
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

import type { DiagnosedDevice, Diagnosis, DiagnosisRequest } from '../diagnosis/diagnosis.ts';
import type { Reason } from '../notify/message.ts';
import type { DiagnosisRecord, Incident } from '../site/incident.ts';
import { observe, policyOf, type SettledSite, settleSite } from '../site/observe.ts';
import type { SiteRef } from '../site/siteOf.ts';
import type { LoadedSite } from '../store/fleet.ts';
import { partitionOf } from '../store/keys.ts';
import type { Log } from '../telemetry/log.ts';
import type { App } from './app.ts';

/** The budget covers the answer; this is for the way back. */
const budgetMarginMs = 500;

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
  const known = loaded.view.diagnoses.find((record) => record.incidentId === incident.incidentId) ?? null;
  const lastChance = reason === 'recovered' && known?.diagnosis.status === 'pending';
  if (known && !lastChance) return { diagnosis: known.diagnosis, tookTime: false };
  if (!known && reason === 'noLongerFollowed') return { diagnosis: notAsked, tookTime: false };
  return { diagnosis: await ask(app, loaded, incident, known, log), tookTime: true };
}

/** Asks the logs again about an open incident, and lets its site be evaluated with the answer. */
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
  if (incident?.status !== 'open') return;
  const known = loaded.view.diagnoses.find((record) => record.incidentId === incidentId) ?? null;
  await ask(app, loaded, incident, known, log);
  await app.wakeUps.forEvent(partitionOf(hub, site), app.now(), nowMs);
}

/** One question at a time for an incident: several receivers' notices share it. */
async function ask(
  app: App,
  loaded: LoadedSite,
  incident: Incident,
  known: DiagnosisRecord | null,
  log: Log,
): Promise<Diagnosis> {
  const running = app.questions.get(incident.incidentId);
  if (running) return running;
  const question = askOnce(app, loaded, incident, known, log).finally(() =>
    app.questions.delete(incident.incidentId),
  );
  app.questions.set(incident.incidentId, question);
  return question;
}

async function askOnce(
  app: App,
  loaded: LoadedSite,
  incident: Incident,
  known: DiagnosisRecord | null,
  log: Log,
): Promise<Diagnosis> {
  const { view } = loaded;
  const askedAtMs = app.now();
  const settled = settleSite(app.config, view.site, view.devices, askedAtMs);
  const now = observe(incident, settled);
  const budgetMs = policyOf(settled, incident).diagnosisBudgetMs;
  const diagnosis = await withinBudget(
    app.diagnoser.diagnose(requestOf(now, settled), askedAtMs, budgetMs),
    budgetMs + budgetMarginMs,
  );
  log.info('logs asked', {
    hub: view.hub,
    site: view.site.id,
    incident: incident.incidentId,
    status: diagnosis.status,
    cause: diagnosis.cause,
    because: diagnosis.unavailableBecause,
  });
  // A question that failed must not take away what an earlier one found.
  const better = diagnosis.status === 'available' || known?.diagnosis.status !== 'available';
  const kept = better ? diagnosis : known.diagnosis;
  await app.fleet.saveDiagnosis(view.hub, view.site, {
    incidentId: incident.incidentId,
    diagnosis: kept,
    firstAskedAtMs: known?.firstAskedAtMs ?? askedAtMs,
    asked: (known?.asked ?? 0) + 1,
  });
  return kept;
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
    .filter(([key]) => settled.known.has(key) && !incident.members[key])
    .map(([, { deviceId, moduleId }]) => ({ deviceId, moduleId }));
  return { hubName: incident.hubName, hubResourceId, site: settled.site, devices, unaffected };
}

/** Help that hangs must not hold back the notice. */
async function withinBudget(answer: Promise<Diagnosis>, budgetMs: number): Promise<Diagnosis> {
  const timer = new AbortController();
  const late = new Promise<Diagnosis>((resolve) => {
    const handle = setTimeout(
      () =>
        resolve({
          ...notAsked,
          status: 'unavailable',
          unavailableBecause: 'the logs did not answer in time',
        }),
      budgetMs,
    );
    handle.unref();
    timer.signal.addEventListener('abort', () => clearTimeout(handle));
  });
  try {
    return await Promise.race([answer, late]);
  } catch (error) {
    return {
      ...notAsked,
      status: 'unavailable',
      unavailableBecause: `the question to the logs failed: ${String(error)}`,
    };
  } finally {
    timer.abort();
  }
}

import { deviceKey } from '../device/device.ts';
import { placeOf } from '../directory/placeOf.ts';
import type { Cause, Diagnoser, Diagnosis, DiagnosisRequest } from './diagnosis.ts';
import type { DiagnosisRules } from './diagnosisRules.ts';
import { explain } from './explain.ts';
import { createLogAnalytics, type LogAnalyticsSettings } from './logs/logAnalytics.ts';
import { type HubDevice, readRows, readSurroundings } from './logs/logRow.ts';
import type { LogAnswer, LogCells, LogWorkspace } from './logs/logWorkspace.ts';
import { type Lookup, lookupsFor } from './logs/lookups.ts';
import { maxSurroundingRows } from './logs/queries.ts';
import { troubleOf } from './logs/trouble.ts';
import { withinLimits } from './logs/withinLimits.ts';
import type { NeighbourDevice, Observations } from './stories/observations.ts';
import { isSameSite } from './stories/otherSites.ts';
import { unexplained } from './unexplained.ts';

/** To make the notice's text after the answer. */
const marginMs = 300;

/** Where the logs are: settings of a workspace, a workspace itself (tests), or null: diagnosis is not set up. */
export type LogSource = LogAnalyticsSettings | LogWorkspace | null;

/** Explains outages by the logs of one workspace. One for each instance: it holds the limits of the service. */
export function createDiagnoser(options: {
  readonly workspace: LogSource;
  readonly config: () => DiagnosisRules;
}): Diagnoser {
  const { workspace: source, config } = options;
  const logs = source === null ? null : withinLimits('ask' in source ? source : createLogAnalytics(source));
  return {
    isSetUp: logs !== null,

    queriesFor(requests, nowMs) {
      const lookups = logs === null ? [] : lookupsFor(requests, nowMs);
      return lookups.reduce((queries, { rows }) => queries + rows.length + 1, 0);
    },

    async diagnose(requests, nowMs, budgetMs) {
      try {
        return await diagnose(logs, config(), requests, nowMs, budgetMs - marginMs);
      } catch (error) {
        const fault = unexplained(
          `the diagnosis failed: ${error instanceof Error ? error.message : String(error)}`,
        );
        return requests.map(() => fault);
      }
    },
  };
}

/** What the logs answered about the devices of some requests. */
type Answered = {
  readonly cells: ReadonlyMap<string, readonly LogCells[]>;
  readonly trouble: string | null;
  /** null: the rest of the hub could not be looked at. */
  readonly hub: readonly NeighbourDevice[] | null;
  readonly hubCut: boolean;
};

/** Causes that one device has for itself, whatever befell the others at the same time. */
const ownCauses: readonly Cause[] = [
  'credentials',
  'identityClash',
  'administrative',
  'plannedStop',
  'routine',
];

async function diagnose(
  logs: LogWorkspace | null,
  config: DiagnosisRules,
  requests: readonly DiagnosisRequest[],
  nowMs: number,
  budgetMs: number,
): Promise<Diagnosis[]> {
  const found = new Map<DiagnosisRequest, Diagnosis>();
  const lookups = lookupsFor(requests, nowMs);
  const answers = await Promise.all(
    lookups.map((lookup) => (logs === null ? null : readLogs(logs, config, lookup, budgetMs))),
  );
  for (const [index, lookup] of lookups.entries()) {
    const sites = Map.groupBy(lookup.requests, ({ site }) => `${site.kind} ${site.id}`);
    for (const ofSite of sites.values()) explainSite(ofSite, config, answers[index] ?? null, nowMs, found);
  }
  return requests.map((request) => found.get(request) ?? explainRequest(request, config, null, nowMs));
}

/** Explains the incidents of one site: each by itself, and by what befell all of them together. */
function explainSite(
  requests: readonly DiagnosisRequest[],
  config: DiagnosisRules,
  answered: Answered | null,
  nowMs: number,
  found: Map<DiagnosisRequest, Diagnosis>,
): void {
  const [first] = requests;
  if (!first) return;
  const ofAll = explainRequest(unionOf(first, requests), config, answered, nowMs);
  if (requests.length === 1) {
    found.set(first, ofAll);
    return;
  }
  const isShared = (own: Diagnosis) =>
    !ownCauses.includes(own.cause) && ofAll.confidence !== 'low' && !ownCauses.includes(ofAll.cause);
  for (const request of requests) {
    // A thousand notices of one device each do not weigh the whole hub a thousand times.
    const alone = request.devices.length === 1;
    const quick = alone
      ? explainRequest({ ...request, unaffected: [] }, config, withoutHub(answered), nowMs)
      : null;
    const own = quick && isShared(quick) ? quick : explainRequest(request, config, answered, nowMs);
    const { status, errors, lostAtMs, also } = own;
    found.set(request, isShared(own) ? { ...ofAll, status, errors, lostAtMs, also: alone ? [] : also } : own);
  }
}

function withoutHub(answered: Answered | null): Answered | null {
  return answered && { ...answered, hub: null, hubCut: false };
}

async function readLogs(
  logs: LogWorkspace,
  config: DiagnosisRules,
  lookup: Lookup,
  budgetMs: number,
): Promise<Answered> {
  const [rows, surroundings] = await Promise.all([
    Promise.all(lookup.rows.map((question) => logs.ask(question, budgetMs))),
    logs.ask(lookup.surroundings, budgetMs),
  ]);
  const hubCells = hasCells(surroundings) ? surroundings.rows : null;
  return {
    cells: Map.groupBy(rows.flatMap(cellsOf), ({ DeviceId }) => String(DeviceId)),
    trouble: rows.map((answer) => troubleOf(answer, budgetMs)).find((reason) => reason !== null) ?? null,
    hub: hubCells && withSites(readSurroundings(hubCells), config),
    hubCut: surroundings.kind === 'partial' || (hubCells?.length ?? 0) >= maxSurroundingRows,
  };
}

function withSites(devices: readonly HubDevice[], config: DiagnosisRules): NeighbourDevice[] {
  return devices.map((device) => ({ ...device, site: placeOf(config, device.deviceId) }));
}

function explainRequest(
  request: DiagnosisRequest,
  config: DiagnosisRules,
  answered: Answered | null,
  nowMs: number,
): Diagnosis {
  const unread = observe(request, config, nowMs);
  if (request.devices.length === 0) return explain(unread, config.catalogue);
  if (answered === null) {
    const reason = 'diagnosis is not set up (LOG_ANALYTICS_WORKSPACE_ID names no workspace)';
    return explain(unread, config.catalogue, reason);
  }
  const { cells, trouble, hub, hubCut } = answered;
  const of = (devices: readonly { deviceId: string }[]) =>
    [...new Set(devices.map(({ deviceId }) => deviceId))].flatMap((id) => cells.get(id) ?? []);
  const down = of(request.devices);
  if (trouble !== null && down.length === 0) return explain(unread, config.catalogue, trouble);
  return explain(
    {
      ...unread,
      ...readRows(of([...request.devices, ...request.unaffected])),
      logs: trouble === null ? 'read' : 'partial',
      surroundings: hub,
      surroundingsCut: hubCut,
    },
    config.catalogue,
  );
}

/** All devices of some requests of one site as one request. */
function unionOf(first: DiagnosisRequest, requests: readonly DiagnosisRequest[]): DiagnosisRequest {
  const devices = new Map(
    requests.flatMap((request) => request.devices.map((device) => [deviceKey(device), device])),
  );
  const unaffected = first.unaffected.filter((device) => !devices.has(deviceKey(device)));
  return { ...first, devices: [...devices.values()], unaffected };
}

/** What the events alone tell. */
function observe(request: DiagnosisRequest, config: DiagnosisRules, nowMs: number): Observations {
  const { hubName, site, devices, unaffected } = request;
  const others = config.sites.filter(({ id }) => !isSameSite({ kind: 'site', id }, site));
  return {
    nowMs,
    hubName,
    site,
    devices,
    unaffected,
    logs: 'unread',
    rows: [],
    tallies: [],
    surroundings: null,
    surroundingsCut: false,
    otherSites: others.map(({ name }) => name),
  };
}

function hasCells(answer: LogAnswer): answer is Extract<LogAnswer, { rows: readonly LogCells[] }> {
  return answer.kind === 'rows' || answer.kind === 'partial';
}

function cellsOf(answer: LogAnswer): readonly LogCells[] {
  return hasCells(answer) ? answer.rows : [];
}

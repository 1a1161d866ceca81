import { deviceKey } from '../device/device.ts';
import { placeOf } from '../directory/placeOf.ts';
import type { Rules } from '../policy/rules.ts';
import type { Cause, Diagnoser, Diagnosis, DiagnosisRequest } from './diagnosis.ts';
import { isSameSite } from './elsewhere.ts';
import { explain } from './explain.ts';
import { createLogAnalytics, type LogAnalyticsSettings } from './logAnalytics.ts';
import { readRows, readSurroundings } from './logRow.ts';
import type { LogAnswer, LogCells, LogWorkspace } from './logWorkspace.ts';
import { densestCluster } from './lossCluster.ts';
import type { Observations } from './observations.ts';
import { maxSurroundingDevices, rowsQuestions, surroundingsQuestion } from './queries.ts';
import { withinLimits } from './withinLimits.ts';

/** Of the devices that stayed, enough to compare with. */
const mostUnaffected = 200;

/** A device that was down a day before the others has a story of its own; the hub's rows of many hours are too many. */
const longestLookMs = 24 * 60 * 60_000;
const surroundingsMs = 2 * 60 * 60_000;
const flappingLookMs = 20 * 60_000;

/** To make the notice's text after the answer. */
const marginMs = 300;

/** Where the logs are: settings of a workspace, a workspace itself (tests), or null: diagnosis is not set up. */
export type LogSource = LogAnalyticsSettings | LogWorkspace | null;

/** Explains outages by the logs of one workspace. One for each instance: it holds the limits of the service. */
export function createDiagnoser(options: {
  readonly workspace: LogSource;
  readonly config: () => Rules;
}): Diagnoser {
  const { workspace: source, config } = options;
  const logs = source === null ? null : withinLimits('ask' in source ? source : createLogAnalytics(source));
  return {
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

/** What the logs answered about the devices of some requests; null: they were not asked. */
type Answered = {
  readonly cells: readonly LogCells[];
  readonly trouble: string | null;
  readonly surroundings: LogAnswer | null;
};

/** Causes that one device has for itself, whatever befell the others at the same time. */
const ownCauses: readonly Cause[] = [
  'credentials',
  'identityClash',
  'administrative',
  'plannedStop',
  'routine',
];

/** Explains several incidents of one site by one look into the logs. */
async function diagnose(
  logs: LogWorkspace | null,
  config: Rules,
  requests: readonly DiagnosisRequest[],
  nowMs: number,
  budgetMs: number,
): Promise<Diagnosis[]> {
  const [first, ...others] = requests;
  if (!first) return [];
  const together = others.length === 0 ? first : unionOf(first, requests);
  const answered = logs === null ? null : await readLogs(logs, together, nowMs, budgetMs);
  const ofAll = explainRequest(together, config, answered, nowMs);
  if (others.length === 0) return [ofAll];
  return requests.map((request) => {
    const own = explainRequest(request, config, answered, nowMs);
    const shared =
      !ownCauses.includes(own.cause) && ofAll.confidence !== 'low' && !ownCauses.includes(ofAll.cause);
    return shared ? { ...ofAll, status: own.status, errors: own.errors, lostAtMs: own.lostAtMs } : own;
  });
}

async function readLogs(
  logs: LogWorkspace,
  request: DiagnosisRequest,
  nowMs: number,
  budgetMs: number,
): Promise<Answered> {
  if (request.devices.length === 0) return { cells: [], trouble: null, surroundings: null };
  const asked = questionsOf(request, nowMs);
  const [rows, surroundings] = await Promise.all([
    Promise.all(asked.rows.map((question) => logs.ask(question, budgetMs))),
    logs.ask(asked.surroundings, budgetMs),
  ]);
  const trouble = rows.map((answer) => troubleOf(answer, budgetMs)).find((reason) => reason !== null) ?? null;
  return { cells: rows.flatMap(cellsOf), trouble, surroundings };
}

function explainRequest(
  request: DiagnosisRequest,
  config: Rules,
  answered: Answered | null,
  nowMs: number,
): Diagnosis {
  const unread = observe(request, config, nowMs);
  if (answered === null) {
    const reason = 'diagnosis is not set up (LOG_ANALYTICS_WORKSPACE_ID names no workspace)';
    return explain(unread, config.catalogue, reason);
  }
  const { trouble, surroundings } = answered;
  if (surroundings === null) return explain(unread, config.catalogue);
  const asked = new Set([...request.devices, ...request.unaffected].map(({ deviceId }) => deviceId));
  const cells = answered.cells.filter(({ DeviceId }) => asked.has(String(DeviceId)));
  const down = new Set(request.devices.map(({ deviceId }) => deviceId));
  const usable = cells.some(({ DeviceId }) => down.has(String(DeviceId)));
  if (trouble !== null && !usable) return explain(unread, config.catalogue, trouble);
  const hubCells = hasCells(surroundings) ? surroundings.rows : null;
  return explain(
    {
      ...unread,
      ...readRows(cells),
      logs: trouble === null ? 'read' : 'partial',
      surroundings:
        hubCells &&
        readSurroundings(hubCells).map((device) => ({ ...device, site: placeOf(config, device.deviceId) })),
      surroundingsCut: surroundings.kind === 'partial' || (hubCells?.length ?? 0) >= maxSurroundingDevices,
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
function observe(request: DiagnosisRequest, config: Rules, nowMs: number): Observations {
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

function questionsOf({ hubName, devices, unaffected }: DiagnosisRequest, nowMs: number) {
  const times = devices.flatMap(({ lostAtMs }) => lostAtMs ?? []);
  const earliestMs = Math.min(...times, times.length === devices.length ? nowMs : nowMs - flappingLookMs);
  const deviceIds = [...devices, ...unaffected.slice(0, mostUnaffected)].map(({ deviceId }) => deviceId);
  const mainLossMs = densestCluster(times)?.fromMs ?? nowMs - flappingLookMs;
  const lostAtMs = Math.max(earliestMs, mainLossMs - longestLookMs);
  return {
    rows: rowsQuestions({ hubName, deviceIds, lostAtMs, nowMs }),
    surroundings: surroundingsQuestion({
      hubName,
      lostAtMs: mainLossMs,
      nowMs: Math.min(nowMs, mainLossMs + surroundingsMs),
    }),
  };
}

function hasCells(answer: LogAnswer): answer is Extract<LogAnswer, { rows: readonly LogCells[] }> {
  return answer.kind === 'rows' || answer.kind === 'partial';
}

function cellsOf(answer: LogAnswer): readonly LogCells[] {
  return hasCells(answer) ? answer.rows : [];
}

/** Why an answer is not the whole answer; null: it is. */
function troubleOf(answer: LogAnswer, budgetMs: number): string | null {
  switch (answer.kind) {
    case 'rows':
      return null;
    case 'partial':
      return `the log service answered only in part: ${answer.reason}`;
    case 'noTable':
      return 'the workspace has no table AzureDiagnostics yet: either the hub’s diagnostic setting does not send “Connections” there, or no row has come so far';
    case 'throttled':
      return `the log service is throttling (429) and is to be asked again in ${Math.ceil(answer.retryAfterMs / 1000)} s`;
    case 'timedOut':
      return `the log service did not answer within ${Math.round(budgetMs / 1000)} s (time-out)`;
    case 'refused':
      return `the log service refused the app’s identity (needs Log Analytics Reader): ${answer.reason}`;
    case 'failed':
      return `the log service failed: ${answer.reason}`;
  }
}

function unexplained(unavailableBecause: string): Diagnosis {
  return {
    status: 'unavailable',
    cause: 'unknown',
    confidence: 'low',
    summary: 'The cause is not known yet.',
    errors: [],
    steps: [],
    evidence: { for: [], against: [] },
    unavailableBecause,
    lostAtMs: {},
  };
}

import { kqlText, kqlTime } from './kql.ts';

/** Renewals come every 45 to 75 minutes (docs/platform.md#token-renewal): far enough back to see the one before the loss. */
const lookBackMs = 95 * 60_000;

/** An error older than this explains nothing by itself. */
export const errorsBeforeLossMs = 10 * 60_000;

/** More devices are asked for in several queries. */
export const devicesPerQuery = 1_000;

export const rowsPerDevice = 20;

/** Rows of the surroundings at most, two or three a device: about 4 MB of answer. */
export const maxSurroundingRows = 10_000;

/** What one query asks; times are milliseconds. `to` is the end of what may be in the logs. */
export type LogQuestion = { readonly query: string; readonly fromMs: number; readonly toMs: number };

type Span = { readonly fromMs: number; readonly toMs: number };

/**
 * The newest 20 rows of each device, operation and level, from 95 minutes before the loss: a device that is refused every
 * few seconds must not push the row of its loss out. Beside them the exact number of its errors by code since 10 minutes
 * before the loss. Rows equal in time, device, module, operation and code are one: the back end delivers at least once.
 * One question for each 1,000 devices.
 */
export function rowsQuestions(ask: {
  readonly hubName: string;
  readonly deviceIds: readonly string[];
  readonly lostAtMs: number;
  readonly nowMs: number;
}): LogQuestion[] {
  const ids = [...new Set(ask.deviceIds)];
  const span = { fromMs: floorToMinute(ask.lostAtMs - lookBackMs), toMs: endOf(ask.nowMs) };
  const chunks = Array.from({ length: Math.ceil(ids.length / devicesPerQuery) }, (_, index) =>
    ids.slice(index * devicesPerQuery, (index + 1) * devicesPerQuery),
  );
  return chunks.map((chunk) => ({
    ...span,
    query: `// The newest ${rowsPerDevice} rows of each device, operation and level, and how many errors of each code it has.
let connections = ${connectionsOf(ask.hubName, span)}
| where DeviceId in (
${listed(chunk)})
| extend At = TimeGenerated
| summarize arg_max(At, Level, ResultDescription, Protocol, MaskedIpAddress, SdkVersion)
    by TimeGenerated, DeviceId, ModuleId, OperationName, ResultType
| extend Kind = strcat(DeviceId, "/", ModuleId, " ", OperationName, " ", Level);
let newest = connections
| partition hint.strategy=native by Kind (top ${rowsPerDevice} by TimeGenerated desc);
let errors = connections
| where Level =~ "Error" and TimeGenerated >= ${kqlTime(ask.lostAtMs - errorsBeforeLossMs)}
| summarize Rows = count(), LastSeen = max(TimeGenerated) by DeviceId, ModuleId, ResultType, ResultDescription;
union newest, errors
| project-away Kind, At
| order by TimeGenerated desc`,
  }));
}

/**
 * How every device of the hub fares: its newest row of each kind (connected, refused, lost, and replaced by a newer
 * connection), and the codes that it met since 10 minutes before the loss. One row would not do: a take-over writes the end
 * of the older connection after the beginning of the newer one. It looks back as far as renewals are apart, because a
 * device that stayed has no newer row. Rows from the time of the loss come first, so that the cut at 10,000 loses older
 * ones. The text depends on the hub and the minutes alone, so that all sites of a hub-wide outage ask the same question.
 * Sites are named afterwards by `siteOf`: their globs and pattern are JavaScript's, not KQL's.
 */
export function surroundingsQuestion(ask: {
  readonly hubName: string;
  readonly lostAtMs: number;
  readonly nowMs: number;
}): LogQuestion {
  const lostAtMs = floorToMinute(ask.lostAtMs);
  const span = { fromMs: lostAtMs - lookBackMs, toMs: endOf(ask.nowMs) };
  return {
    ...span,
    query: `// Every device of the hub: its newest row of each kind, and the codes it met around the loss.
let around = ${kqlTime(lostAtMs - errorsBeforeLossMs)};
${connectionsOf(ask.hubName, span)}
| where isnotempty(DeviceId)
| extend Kind = iff(OperationName =~ "deviceConnect", iff(Level =~ "Error", "refused", "connected"),
    iff(ResultType in ("400027", "409002"), "replaced", "lost"))
| summarize Codes = make_set_if(ResultType, TimeGenerated >= around),
    arg_max(TimeGenerated, OperationName, Level, ResultType, ResultDescription, Protocol, MaskedIpAddress, SdkVersion)
    by DeviceId, ModuleId, Kind
| extend Recent = iff(TimeGenerated >= around, 1, 0)
| order by Recent desc, TimeGenerated desc
| take ${maxSurroundingRows}`,
  };
}

/** The rows behind a notice as a person reads them, for the portal. @param ask `devices`: these alone, or all of the hub */
export function readableQuery(ask: {
  readonly hubName: string;
  readonly deviceIds: readonly string[];
  readonly devices: 'these' | 'all';
  readonly lostAtMs: number;
  readonly nowMs: number;
}): string {
  const span = { fromMs: floorToMinute(ask.lostAtMs - errorsBeforeLossMs), toMs: endOf(ask.nowMs) };
  const ids = [...new Set(ask.deviceIds)];
  const devices =
    ask.devices === 'these'
      ? `| where DeviceId in (\n${listed(ids)})`
      : `// ${ids.length} devices are affected: all rows of the hub in this time`;
  return `${connectionsOf(ask.hubName, span)}
${devices}
| order by TimeGenerated desc
| take 1000`;
}

/**
 * `properties_s` is missing before the first row, and moves into AdditionalFields at 500 columns
 * (docs/platform.md#the-log-table).
 */
function connectionsOf(hubName: string, { fromMs, toMs }: Span): string {
  return `AzureDiagnostics
| where TimeGenerated between (${kqlTime(fromMs)} .. ${kqlTime(toMs)})
| where Category == "Connections"
| where Resource =~ ${kqlText(hubName)} or _ResourceId endswith ${kqlText(`/iothubs/${hubName}`)}
| extend p = parse_json(coalesce(column_ifexists("properties_s", ""),
    tostring(parse_json(tostring(column_ifexists("AdditionalFields", ""))).properties_s)))
| project TimeGenerated, DeviceId = tostring(p.deviceId), ModuleId = tostring(p.moduleId), OperationName, Level,
    ResultType, ResultDescription, Protocol = tostring(p.protocol),
    MaskedIpAddress = tostring(p.maskedIpAddress), SdkVersion = tostring(p.sdkVersion)`;
}

function listed(ids: readonly string[]): string {
  return ids.map((id) => `    ${kqlText(id)}`).join(',\n');
}

/** Whole minutes make equal questions equal texts; rows may be stamped a little ahead of our clock. */
function endOf(nowMs: number): number {
  return floorToMinute(nowMs) + 2 * 60_000;
}

function floorToMinute(atMs: number): number {
  return Math.floor(atMs / 60_000) * 60_000;
}

import { kqlText, kqlTime } from './kql.ts';

/** Renewals come every 45 to 75 minutes (azure-facts §4): far enough back to see the one before the loss. */
const lookBackMs = 95 * 60_000;

/** An error older than this explains nothing by itself. */
export const errorsBeforeLossMs = 10 * 60_000;

/** More devices are asked for in several queries. */
const devicesPerQuery = 700;

export const rowsPerDevice = 20;

/** Devices of the hub that the surroundings list at most: about 2 MB of answer. */
export const maxSurroundingDevices = 5_000;

/** What one query asks; times are milliseconds. `to` is the end of what may be in the logs. */
export type LogQuestion = { readonly query: string; readonly fromMs: number; readonly toMs: number };

type Span = { readonly fromMs: number; readonly toMs: number };

/**
 * The newest 20 rows of each device, operation and level, from 95 minutes before the loss: a device that is refused every
 * few seconds must not push the row of its loss out. Beside them the exact number of its errors by code since 10 minutes
 * before the loss. One question for each 700 devices.
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
| extend Kind = strcat(DeviceId, "/", ModuleId, " ", OperationName, " ", Level);
let newest = connections
| partition hint.strategy=native by Kind (top ${rowsPerDevice} by TimeGenerated desc);
let errors = connections
| where Level =~ "Error" and TimeGenerated >= ${kqlTime(ask.lostAtMs - errorsBeforeLossMs)}
| summarize Rows = count(), LastSeen = max(TimeGenerated) by DeviceId, ModuleId, ResultType, ResultDescription;
union newest, errors
| project-away Kind
| order by TimeGenerated desc`,
  }));
}

/**
 * How every device of the hub fares, one row each: what its newest row says, when it was last lost, its codes since 10
 * minutes before the loss. It looks back as far as renewals are apart, because a device that stayed has no newer row.
 * Those that are down come first, so that the cut at 5,000 loses the others. The text depends on the hub and the minutes
 * alone, so that all sites of a hub-wide outage ask the same question. Sites are named afterwards by `siteOf`: their
 * globs and pattern are JavaScript's, not KQL's.
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
    query: `// Every device of the hub: how it fares, and which errors it met around the loss.
let around = ${kqlTime(lostAtMs - errorsBeforeLossMs)};
${connectionsOf(ask.hubName, span)}
| where isnotempty(DeviceId)
| summarize Errors = countif(Level =~ "Error" and TimeGenerated >= around),
    Codes = make_set_if(ResultType, TimeGenerated >= around),
    LostAt = maxif(TimeGenerated, OperationName =~ "deviceDisconnect"),
    arg_max(TimeGenerated, OperationName, Level, ResultType, ResultDescription, Protocol, MaskedIpAddress, SdkVersion)
    by DeviceId, ModuleId
| extend Down = iff(OperationName =~ "deviceConnect" and Level !~ "Error", 0, 1)
| order by Down desc, Errors desc, TimeGenerated desc
| take ${maxSurroundingDevices}`,
  };
}

/** The rows behind a notice as a person reads them, for the portal: at most 50 devices, so that the link stays short. */
export function readableQuery(ask: {
  readonly hubName: string;
  readonly deviceIds: readonly string[];
  readonly lostAtMs: number;
  readonly nowMs: number;
}): string {
  const span = { fromMs: floorToMinute(ask.lostAtMs - errorsBeforeLossMs), toMs: endOf(ask.nowMs) };
  const ids = [...new Set(ask.deviceIds)];
  const devices =
    ids.length <= 50
      ? `| where DeviceId in (\n${listed(ids)})`
      : `// ${ids.length} devices: all of the hub are shown`;
  return `${connectionsOf(ask.hubName, span)}
${devices}
| order by TimeGenerated desc
| take 1000`;
}

/** `properties_s` is missing before the first row, and moves into AdditionalFields at 500 columns (azure-facts §3.1). */
function connectionsOf(hubName: string, { fromMs, toMs }: Span): string {
  return `AzureDiagnostics
| where TimeGenerated between (${kqlTime(fromMs)} .. ${kqlTime(toMs)})
| where Category == "Connections"
| where Resource =~ ${kqlText(hubName)} or _ResourceId endswith ${kqlText(`/iothubs/${hubName}`)}
| extend p = parse_json(coalesce(column_ifexists("properties_s", ""),
    tostring(parse_json(tostring(column_ifexists("AdditionalFields", ""))).properties_s)))
| project TimeGenerated, DeviceId = tostring(p.deviceId), ModuleId = tostring(p.moduleId), OperationName, Level,
    ResultType, ResultDescription, Protocol = tostring(p.protocol), AuthType = tostring(p.authType),
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

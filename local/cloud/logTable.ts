import { cast } from './kql/convert.ts';
import { parseTimespan, ticksOfMs } from './kql/time.ts';
import { type Column, emptyOf, type Row, type Table, type Value } from './kql/value.ts';
import { ReplyError } from './reply.ts';

/** The columns that every AzureDiagnostics table has; the others appear with the rows that bring them. */
const standardColumns: readonly Column[] = [
  { name: 'TenantId', type: 'string' },
  { name: 'TimeGenerated', type: 'datetime' },
  { name: 'ResourceId', type: 'string' },
  { name: 'Category', type: 'string' },
  { name: 'ResourceGroup', type: 'string' },
  { name: 'SubscriptionId', type: 'string' },
  { name: 'ResourceProvider', type: 'string' },
  { name: 'Resource', type: 'string' },
  { name: 'ResourceType', type: 'string' },
  { name: 'OperationName', type: 'string' },
  { name: 'ResultType', type: 'string' },
  { name: 'CorrelationId', type: 'string' },
  { name: 'ResultDescription', type: 'string' },
  { name: 'Level', type: 'string' },
  { name: 'DurationMs', type: 'long' },
  { name: 'CallerIPAddress', type: 'string' },
  { name: 'OperationVersion', type: 'string' },
  { name: 'ResultSignature', type: 'string' },
  { name: 'AdditionalFields', type: 'dynamic' },
  { name: 'SourceSystem', type: 'string' },
  { name: 'Type', type: 'string' },
  { name: '_ResourceId', type: 'string' },
];

const typeOfSuffix: Record<string, string> = {
  _s: 'string',
  _d: 'real',
  _b: 'bool',
  _t: 'datetime',
  _g: 'guid',
};

type Posted = Record<string, unknown>;
type Kept = { ingestedAtMs: number; cells: Map<string, Value> };

const maxRows = 200_000;
const maxColumns = 500;

const typeOf = (name: string, value: unknown): string =>
  typeOfSuffix[name.slice(-2)] ??
  { number: 'real', boolean: 'bool', object: 'dynamic' }[typeof value as string] ??
  'string';

const badRow = (index: number, problem: string): ReplyError =>
  new ReplyError(400, 'BadRequest', `row [${index}]: ${problem}`, `[${index}]`);

const textOf = (row: Posted, name: string): string => (typeof row[name] === 'string' ? row[name] : '');

/** The columns that the platform derives, where the row leaves them out. */
const withDefaults = (row: Posted): Posted => {
  const resourceId = textOf(row, 'ResourceId') || textOf(row, '_ResourceId');
  const [, subscription, group, resource] =
    /^\/subscriptions\/([^/]+)\/resourcegroups\/([^/]+)\/providers\/.*\/([^/]+)$/i.exec(resourceId) ?? [];
  return {
    Category: 'Connections',
    ResourceProvider: 'MICROSOFT.DEVICES',
    ResourceType: 'IOTHUBS',
    Resource: resource?.toUpperCase() ?? '',
    ResourceGroup: group?.toUpperCase() ?? '',
    SubscriptionId: subscription ?? '',
    SourceSystem: 'Azure',
    Type: 'AzureDiagnostics',
    ResourceId: resourceId.toUpperCase(),
    _ResourceId: resourceId.toLowerCase(),
    ...row,
  };
};

const cellOf = (value: unknown, type: string): Value => {
  if (value === null || value === undefined) return emptyOf(type);
  if (type === 'string' && typeof value === 'object') return JSON.stringify(value);
  return cast(value as Value, type === 'string' && typeof value === 'boolean' ? 'bool' : 'dynamic', type);
};

/** Reads `PT1H`, `start/end`, `start/PT1H` and `PT1H/end` as bounds on TimeGenerated, in ticks. */
export const parseTimespanBounds = (text: string, nowMs: number): { from: bigint; to: bigint } => {
  const duration = (each: string): bigint | null => {
    const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(each);
    if (match === null || each === 'P' || each.endsWith('T')) return null;
    const units = ['d', 'h', 'm', 's'].map(
      (unit, index) => parseTimespan(`${match[index + 1] ?? 0}${unit}`) ?? 0n,
    );
    return units.reduce((sum, ticks) => sum + ticks, 0n);
  };
  const instant = (each: string): bigint | null => cast(each, 'string', 'datetime') as bigint | null;
  const [first = '', second] = text.split('/');
  const [length, lastLength] = [duration(first), second === undefined ? null : duration(second)];
  const end = second === undefined ? ticksOfMs(nowMs) : instant(second);
  if (length !== null && end !== null) return { from: end - length, to: end };
  const start = instant(first);
  const to = start !== null && lastLength !== null ? start + lastLength : end;
  if (start === null || to === null || second === undefined) {
    throw new ReplyError(
      400,
      'BadArgumentError',
      `The timespan '${text}' is not an ISO 8601 duration (PT1H) or interval (start/end).`,
    );
  }
  return { from: start, to };
};

/** The rows that stand for the workspace's AzureDiagnostics table; it does not exist until rows are put in. */
export const createLogTable = (): {
  /** @throws ReplyError 400 naming the row and column; then nothing is taken. */
  add: (rows: readonly Posted[], nowMs: number) => void;
  clear: () => void;
  /** The table as a query sees it: rows that are ingested by now, within the request's time span. Null if there is none. */
  read: (nowMs: number, timespan: string | null) => Table | null;
} => {
  let columns: Column[] = [...standardColumns];
  let kept: Kept[] = [];

  const toKept = (posted: Posted, index: number, nowMs: number, known: Map<string, string>): Kept => {
    const { _ingestedAt: ingestedAt, ...row } = withDefaults(posted);
    const ingestedAtMs = ingestedAt === undefined ? nowMs : Date.parse(String(ingestedAt));
    if (Number.isNaN(ingestedAtMs))
      throw badRow(index, `_ingestedAt ${JSON.stringify(ingestedAt)} is not a time`);
    const cells = new Map<string, Value>();
    for (const [name, value] of Object.entries(row)) {
      if (!/^[A-Za-z_][A-Za-z0-9_]{0,254}$/.test(name)) throw badRow(index, `'${name}' is not a column name`);
      const type = known.get(name) ?? typeOf(name, value);
      const cell = cellOf(value, type);
      if (cell === null && value !== null && value !== '') {
        throw badRow(index, `${name} ${JSON.stringify(value)} is not a ${type}`);
      }
      known.set(name, type);
      cells.set(name, cell);
    }
    if (typeof cells.get('TimeGenerated') !== 'bigint')
      throw badRow(index, 'TimeGenerated is missing: use an ISO 8601 time');
    return { ingestedAtMs, cells };
  };

  return {
    add: (rows, nowMs) => {
      const known = new Map(columns.map((column) => [column.name, column.type]));
      const added = rows.map((row, index) => toKept(row, index, nowMs, known));
      if (known.size > maxColumns) {
        throw new ReplyError(
          400,
          'BadRequest',
          `The table would have ${known.size} columns: at most ${maxColumns}.`,
        );
      }
      columns = [...known].map(([name, type]) => ({ name, type }));
      kept = [...kept, ...added].slice(-maxRows);
    },
    clear: () => {
      columns = [...standardColumns];
      kept = [];
    },
    read: (nowMs, timespan) => {
      if (kept.length === 0) return null;
      const bounds = timespan === null ? null : parseTimespanBounds(timespan, nowMs);
      const rows = kept.flatMap(({ ingestedAtMs, cells }): Row[] => {
        const time = cells.get('TimeGenerated') as bigint;
        const outside = bounds !== null && (time < bounds.from || time > bounds.to);
        if (ingestedAtMs > nowMs || outside) return [];
        const row = columns.map((column) => cells.get(column.name) ?? emptyOf(column.type));
        return [row];
      });
      return { columns: [...columns], rows };
    },
  };
};

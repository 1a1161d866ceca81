import { familyOf } from '../catalogue/codes.ts';

/** One row of the category `Connections`. Texts are empty where the row has none. */
export type LogRow = {
  readonly atMs: number;
  readonly deviceId: string;
  /** null: the device itself. */
  readonly moduleId: string | null;
  /** `takeover`: a disconnect that ended an older connection; the device has a newer one (see `connectionsOf`). */
  readonly operation: 'connect' | 'disconnect' | 'takeover' | 'other';
  /** Level `Error`. */
  readonly error: boolean;
  /** `ResultType`, always text; empty for an orderly row. */
  readonly code: string;
  readonly description: string;
  readonly protocol: string;
  /** As masked by the hub: shown and compared, never parsed. */
  readonly address: string;
  /** `sdkVersion`. */
  readonly client: string;
};

/** How many errors of one code a device has, as counted by the logs themselves. */
export type ErrorTally = {
  readonly deviceId: string;
  readonly moduleId: string | null;
  readonly code: string;
  readonly description: string;
  readonly rows: number;
  readonly lastSeenMs: number;
};

/** A device of the hub around the loss: its newest row of each kind, and null where it has none. */
export type HubDevice = {
  readonly deviceId: string;
  readonly moduleId: string | null;
  readonly connected: LogRow | null;
  /** A refused attempt to connect. */
  readonly refused: LogRow | null;
  /** An older connection that a newer one replaced. */
  readonly replaced: LogRow | null;
  readonly lost: LogRow | null;
  /** Codes of its rows since ten minutes before the loss, orderly ones left out. */
  readonly codes: readonly string[];
};

/** Whether the row reports a success or an orderly goodbye rather than a failure. */
export function isFailure(row: LogRow): boolean {
  return row.error || familyOf(row.code, row.description) !== null;
}

export function isAccepted(row: LogRow): boolean {
  return row.operation === 'connect' && !isFailure(row);
}

/** What the rows question answers: device rows, and beside them counts, which have `Rows`. */
export function readRows(answer: readonly Record<string, unknown>[]): {
  rows: LogRow[];
  tallies: ErrorTally[];
} {
  const rows: LogRow[] = [];
  const tallies: ErrorTally[] = [];
  for (const cells of answer) {
    if (typeof cells.Rows === 'number' && cells.Rows > 0) {
      const lastSeenMs = timeOf(cells.LastSeen);
      if (lastSeenMs === null) continue;
      tallies.push({
        ...identityOf(cells),
        code: text(cells.ResultType),
        description: text(cells.ResultDescription),
        rows: cells.Rows,
        lastSeenMs,
      });
    } else {
      const row = readRow(cells);
      if (row) rows.push(row);
    }
  }
  return { rows: rows.sort((a, b) => a.atMs - b.atMs), tallies };
}

type Kind = 'connected' | 'refused' | 'replaced' | 'lost';

/** What the surroundings question answers: the newest row of each device and kind. */
export function readSurroundings(answer: readonly Record<string, unknown>[]): HubDevice[] {
  const found = new Map<string, { newest: Partial<Record<Kind, LogRow>>; codes: Set<string> }>();
  for (const cells of answer) {
    const row = readRow(cells);
    if (!row) continue;
    const key = JSON.stringify([row.deviceId, row.moduleId]);
    const device = found.get(key) ?? { newest: {}, codes: new Set() };
    found.set(key, device);
    const kind = kindOf(row);
    if (kind && row.atMs >= (device.newest[kind]?.atMs ?? 0)) device.newest[kind] = row;
    for (const code of list(cells.Codes)) if (code !== '') device.codes.add(code);
  }
  return [...found].map(([key, { newest, codes }]) => {
    const [deviceId, moduleId] = JSON.parse(key) as [string, string | null];
    const { connected = null, refused = null, replaced = null, lost = null } = newest;
    return { deviceId, moduleId, connected, refused, replaced, lost, codes: [...codes].sort() };
  });
}

function kindOf(row: LogRow): Kind | null {
  if (row.operation === 'connect') return isFailure(row) ? 'refused' : 'connected';
  if (row.operation === 'other') return null;
  return familyOf(row.code, row.description) === 'replaced' ? 'replaced' : 'lost';
}

function readRow(cells: Record<string, unknown>): LogRow | null {
  const atMs = timeOf(cells.TimeGenerated);
  if (atMs === null) return null;
  return {
    atMs,
    ...identityOf(cells),
    operation: operationOf(text(cells.OperationName)),
    error: text(cells.Level).toLowerCase() === 'error',
    code: text(cells.ResultType).trim(),
    description: text(cells.ResultDescription),
    protocol: text(cells.Protocol),
    address: text(cells.MaskedIpAddress),
    client: text(cells.SdkVersion),
  };
}

function identityOf(cells: Record<string, unknown>): { deviceId: string; moduleId: string | null } {
  return { deviceId: text(cells.DeviceId), moduleId: text(cells.ModuleId) || null };
}

function operationOf(name: string): LogRow['operation'] {
  const known: Record<string, LogRow['operation']> = {
    deviceconnect: 'connect',
    devicedisconnect: 'disconnect',
  };
  return known[name.toLowerCase()] ?? 'other';
}

function text(cell: unknown): string {
  return typeof cell === 'string' ? cell : typeof cell === 'number' ? String(cell) : '';
}

/** The client gives datetimes as Date, other clients as text. */
function timeOf(cell: unknown): number | null {
  const atMs =
    cell instanceof Date ? cell.getTime() : typeof cell === 'string' && cell ? Date.parse(cell) : Number.NaN;
  return Number.isNaN(atMs) ? null : atMs;
}

function list(cell: unknown): string[] {
  const items: unknown = typeof cell === 'string' && cell.startsWith('[') ? JSON.parse(cell) : cell;
  return Array.isArray(items) ? items.map(text) : [];
}

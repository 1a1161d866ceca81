import { deviceKey } from '../device/device.ts';
import { familyOf } from './catalogue/codes.ts';
import { isAccepted, type LogRow } from './logRow.ts';

/** A take-over writes both its rows within this time, in either order. */
const takeOverMs = 2_000;

/**
 * The rows as the rest of the diagnosis reads them: each once, in one order, and with take-overs marked. The back end
 * delivers at least once, in pages and in any order (azure-facts §3.1), and none of that may change an answer.
 *
 * A disconnect that ended an older connection is no loss: the hub closes the older connection of an identity when a newer
 * one arrives (400027, 409002), and writes the row of the end before or after that of the beginning.
 */
export function connectionsOf(rows: readonly LogRow[]): LogRow[] {
  const once = new Map<string, LogRow>();
  for (const row of rows) {
    const key = JSON.stringify([row.atMs, deviceKey(row), row.operation, row.code]);
    const known = once.get(key);
    if (!known || textOf(row) > textOf(known)) once.set(key, row);
  }
  const ordered = [...once.values()].sort(byTime);
  return [...Map.groupBy(ordered, deviceKey).values()].flatMap(markTakeOvers).sort(byTime);
}

function markTakeOvers(rows: readonly LogRow[]): LogRow[] {
  let connectedAtMs: number | null = null;
  let wasConnected = false;
  return rows.map((row) => {
    if (isAccepted(row)) {
      wasConnected = wasConnected || connectedAtMs !== null;
      connectedAtMs = row.atMs;
      return row;
    }
    if (row.operation !== 'disconnect') return row;
    const replaced = familyOf(row.code, row.description) === 'replaced';
    const late = connectedAtMs !== null && wasConnected && row.atMs - connectedAtMs <= takeOverMs;
    wasConnected = false;
    if (replaced || late) return { ...row, operation: 'takeover' };
    connectedAtMs = null;
    return row;
  });
}

const ranks: Record<LogRow['operation'], number> = { disconnect: 0, takeover: 1, other: 2, connect: 3 };

function byTime(a: LogRow, b: LogRow): number {
  return a.atMs - b.atMs || ranks[a.operation] - ranks[b.operation] || (textOf(a) < textOf(b) ? -1 : 1);
}

/** Rows of one instant stand in an order that depends on nothing but themselves. */
function textOf(row: LogRow): string {
  const { code, deviceId, moduleId, protocol, address, client, description } = row;
  return JSON.stringify([
    code === '' ? 1 : 0,
    code,
    deviceId,
    moduleId,
    protocol,
    address,
    client,
    description,
  ]);
}

import { deviceKey } from '../../device/device.ts';
import { familyOf } from '../catalogue/codes.ts';
import { isAccepted, type LogRow } from '../logs/logRow.ts';

/** A take-over writes both its rows within this time, in either order. */
const takeOverMs = 2_000;

/**
 * The rows as the rest of the diagnosis reads them: each once, in one order, and with take-overs marked. The back end
 * delivers at least once, in pages and in any order (docs/platform.md#delay-of-log-rows), and none of that may change
 * an answer.
 *
 * A disconnect that ended an older connection is no loss: the hub closes the older connection of an identity when a newer
 * one arrives (400027, 409002), and writes the row of the end before or after that of the beginning.
 */
export function connectionsOf(rows: readonly LogRow[]): LogRow[] {
  const once = new Map<string, Keyed>();
  for (const row of rows) {
    const device = deviceKey(row);
    const key = `${row.atMs} ${device}\n${row.operation} ${row.code}`;
    const text = textOf(row, device);
    const known = once.get(key);
    if (!known || text > known.text) once.set(key, { row, device, text });
  }
  return markTakeOvers([...once.values()].sort(byTime));
}

type Keyed = { readonly row: LogRow; readonly device: string; readonly text: string };

/** What is known of a device's connection while its rows are read one after the other. */
type State = { connectedAtMs: number | null; wasConnected: boolean };

function markTakeOvers(rows: readonly Keyed[]): LogRow[] {
  const states = new Map<string, State>();
  return rows.map(({ row, device }) => {
    const state = states.get(device) ?? { connectedAtMs: null, wasConnected: false };
    states.set(device, state);
    if (isAccepted(row)) {
      state.wasConnected ||= state.connectedAtMs !== null;
      state.connectedAtMs = row.atMs;
      return row;
    }
    if (row.operation !== 'disconnect') return row;
    const replaced = familyOf(row.code, row.description) === 'replaced';
    const late =
      state.connectedAtMs !== null && state.wasConnected && row.atMs - state.connectedAtMs <= takeOverMs;
    state.wasConnected = false;
    if (replaced || late) return { ...row, operation: 'takeover' };
    state.connectedAtMs = null;
    return row;
  });
}

const ranks: Record<LogRow['operation'], number> = { disconnect: 0, takeover: 1, other: 2, connect: 3 };

function byTime(a: Keyed, b: Keyed): number {
  return (
    a.row.atMs - b.row.atMs || ranks[a.row.operation] - ranks[b.row.operation] || (a.text < b.text ? -1 : 1)
  );
}

/** Rows of one instant stand in an order that depends on nothing but themselves; a failure before a success. */
function textOf({ code, protocol, address, client, description }: LogRow, device: string): string {
  return [code === '' ? 1 : 0, code, device, protocol, address, client, description].join('\n');
}

import { familyOf } from './catalogue/codes.ts';
import { isFailure, type LogRow } from './logRow.ts';

/** One such row is a fast reconnect. */
const leastClosings = 3;

/** One address and one version: only an unbroken quick fight tells a clash from a bad link. */
const quickFight = { closings: 5, gapMs: 30_000 };

/**
 * Whether two clients take turns with one identity. `proven`: closings by a newer connection (400027, 409002), and the
 * connections come from one end, the other, and the first again. A mobile device changes its address too, but does not
 * return to the one before each time. `likely`: a quick unbroken fight behind one address.
 */
export function alternationOf(rows: readonly LogRow[]): 'proven' | 'likely' | null {
  const closings = rows.filter((row) => isFailure(row) && familyOf(row.code, row.description) === 'replaced');
  if (closings.length < leastClosings) return null;
  const connects = rows.filter((row) => row.operation === 'connect' && !isFailure(row));
  const ends = (connects.length >= leastClosings ? connects : closings).map(
    (row) => `${row.address}|${row.client}`,
  );
  const returns = ends.filter(
    (end, index) => index >= 2 && end === ends[index - 2] && end !== ends[index - 1],
  ).length;
  if (returns >= 2 || (returns === 1 && new Set(ends).size === 2)) return 'proven';
  if (closings.length < quickFight.closings) return null;
  const gaps = closings.slice(1).map((row, index) => row.atMs - closings[index]!.atMs);
  const median = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)]!;
  return median <= quickFight.gapMs ? 'likely' : null;
}

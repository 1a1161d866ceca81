import { familyOf } from '../catalogue/codes.ts';
import { isAccepted, isFailure, type LogRow } from '../logs/logRow.ts';

/** One such row is a fast reconnect. */
const leastClosings = 3;

/** One end only: an unbroken quick fight is all that tells a clash from a bad link. */
const quickFight = { closings: 5, gapMs: 30_000 };

export type ClashPattern = {
  /** `proven`: the connections come from one end, the other, and the first again; `likely`: a quick unbroken fight. */
  readonly kind: 'proven' | 'likely';
  readonly closings: number;
  /** Different pairs of address and client. */
  readonly ends: number;
};

/**
 * Whether two clients take turns with one identity: closings by a newer connection (400027, 409002), and ends that come
 * back. A mobile device changes its address too, but does not return to the one before each time. The client's whole text
 * counts: two machines behind one router may differ by the id in it alone.
 */
export function clashPatternOf(rows: readonly LogRow[]): ClashPattern | null {
  const closings = rows.filter((row) => isFailure(row) && familyOf(row.code, row.description) === 'replaced');
  if (closings.length < leastClosings) return null;
  const connects = rows.filter(isAccepted);
  const ends = (connects.length >= leastClosings ? connects : closings).map(
    (row) => `${row.address}|${row.client}`,
  );
  const found = { closings: closings.length, ends: new Set(ends).size };
  const returns = ends.filter(
    (end, index) => index >= 2 && end === ends[index - 2] && end !== ends[index - 1],
  ).length;
  if (returns >= 2 || (returns === 1 && found.ends === 2)) return { ...found, kind: 'proven' };
  if (closings.length < quickFight.closings) return null;
  const gaps = closings.slice(1).map((row, index) => row.atMs - closings[index]!.atMs);
  const median = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)]!;
  return median <= quickFight.gapMs ? { ...found, kind: 'likely' } : null;
}

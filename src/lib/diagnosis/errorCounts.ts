import { deviceKey } from '../device/device.ts';
import { codeEntry } from './catalogue/codes.ts';
import type { ErrorCount } from './diagnosis.ts';
import type { DiagnosisRules } from './diagnosisRules.ts';
import type { ErrorTally, LogRow } from './logs/logRow.ts';
import { rowsPerDevice } from './logs/queries.ts';
import type { Facts } from './stories/facts.ts';

type Found = { rows: number; lastSeenMs: number; description: string };

/** The errors from ten minutes before each device's loss until now, by code; the most frequent first. */
export function errorCounts(
  { stories, observed }: Facts,
  codes: DiagnosisRules['catalogue']['codes'],
): ErrorCount[] {
  const rows = new Set(stories.flatMap((story) => story.rows).filter((row) => row.error));
  const found = new Map<string, Found>();
  for (const [key, own] of Map.groupBy(rows, deviceKey)) {
    for (const counted of isCut(own) ? tallied(own, observed.tallies, key) : own.map(asTally)) {
      const known = found.get(counted.code);
      found.set(counted.code, {
        rows: counted.rows + (known?.rows ?? 0),
        lastSeenMs: Math.max(counted.lastSeenMs, known?.lastSeenMs ?? 0),
        description: known?.description || counted.description,
      });
    }
  }
  return [...found]
    .sort(([a, x], [b, y]) => y.rows - x.rows || y.lastSeenMs - x.lastSeenMs || (a < b ? -1 : 1))
    .map(([code, { rows: count, lastSeenMs, description }]) => ({
      code: code || 'none',
      name: codeEntry(code, description, codes).name,
      count,
      lastSeen: new Date(lastSeenMs).toISOString(),
    }));
}

/** The answer holds only the newest rows of each operation; then the logs' own count is the right one. */
function isCut(rows: readonly LogRow[]): boolean {
  return [...Map.groupBy(rows, ({ operation }) => operation).values()].some(
    (group) => group.length >= rowsPerDevice,
  );
}

function tallied(rows: readonly LogRow[], tallies: readonly ErrorTally[], key: string): ErrorTally[] {
  const own = tallies.filter((tally) => deviceKey(tally) === key);
  return own.length > 0 ? own : rows.map(asTally);
}

function asTally(row: LogRow): ErrorTally {
  const { deviceId, moduleId, code, description, atMs } = row;
  return { deviceId, moduleId, code, description, rows: 1, lastSeenMs: atMs };
}

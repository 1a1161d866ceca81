import { deviceKey } from '../device/device.ts';
import { alternationOf } from './alternation.ts';
import type { CodeFamily } from './catalogue/codeEntry.ts';
import { familyOf } from './catalogue/codes.ts';
import type { DiagnosedDevice } from './diagnosis.ts';
import { isFailure, type LogRow } from './logRow.ts';
import { errorsBeforeLossMs } from './queries.ts';

/**
 * What the rows say about how a device's connection ended:
 * - a family of refusals or faults;
 * - `clash`: two clients take turns with its identity;
 * - `orderly`: it said goodbye;
 * - `renewed`: back in time from a steady renewal; `renewal`: the loss looks like one, but it did not come back;
 * - `silent`: no row about the loss; `other`: codes that say nothing about a connection.
 */
export type Ending =
  | Exclude<CodeFamily, 'unrelated'>
  | 'clash'
  | 'orderly'
  | 'renewed'
  | 'renewal'
  | 'silent'
  | 'other';

export type DeviceStory = {
  readonly device: DiagnosedDevice;
  readonly key: string;
  readonly ending: Ending;
  /** Instant of the loss: the log row's, else the event's; null: only flapping and no row. Milliseconds. */
  readonly lostAtMs: number | null;
  /** Whether a disconnect row gave that instant. */
  readonly lossLogged: boolean;
  /** Newest success after the loss and after the last refusal, milliseconds. */
  readonly backAtMs: number | null;
  /** Rows from 10 minutes before the loss, oldest first. */
  readonly rows: readonly LogRow[];
  /** Code that speaks for the ending; empty for none. */
  readonly code: string;
  /** Disconnect rows in the hour before the newest one: events are 60-second snapshots and show fewer. */
  readonly disconnects: number;
  /** The loss came 45 to 75 minutes after the last connect, as a token renewal does. */
  readonly renewalTimed: boolean;
  /** For `clash`: two addresses or client versions took turns, rather than one reconnecting fast. */
  readonly clashProven: boolean;
  readonly protocol: string;
  readonly address: string;
  readonly client: string;
};

const minuteMs = 60_000;

/** The event's time is that of the snapshot, give or take a minute (azure-facts §1.4). */
const snapshotMs = minuteMs;

/** Rows of one loss, such as 401003 and then 404104, stand this close together. */
const sameLossMs = 15_000;

/** SAS tokens live an hour in all SDKs, with graces that differ (azure-facts §1.4). */
const renewalAfterMs = { least: 44 * minuteMs, most: 76 * minuteMs };
const renewalGapMs = 10 * minuteMs;

/** A link that only flaps has no loss: look at what happened in this time. */
const flappingLookMs = 30 * minuteMs;

/** Reads a device's rows, oldest first, as a story. */
export function tellStory(device: DiagnosedDevice, rows: readonly LogRow[], nowMs: number): DeviceStory {
  const loss = lossRow(device, rows, nowMs);
  const lostAtMs = loss?.atMs ?? device.lostAtMs;
  const sinceMs = (device.lostAtMs ?? loss?.atMs ?? nowMs) - (device.lostAtMs === null ? flappingLookMs : 0);
  const recent = rows.filter(
    (row) => row.atMs >= Math.min(sinceMs, lostAtMs ?? sinceMs) - errorsBeforeLossMs,
  );
  const group = loss
    ? rows.filter((row) => row.operation === 'disconnect' && Math.abs(row.atMs - loss.atMs) <= sameLossMs)
    : [];
  const fromMs = loss ? loss.atMs - 1000 : sinceMs - 2 * snapshotMs;
  const after = rows.filter((row) => row.operation !== 'disconnect' && row.atMs >= fromMs);
  const refusals = after.filter(isFailure);
  const lastRefusal = refusals.at(-1);
  const back = after.findLast(
    (row) =>
      row.operation === 'connect' &&
      !isFailure(row) &&
      row.atMs > Math.max(lostAtMs ?? 0, lastRefusal?.atMs ?? 0),
  );
  const backAtMs = back?.atMs ?? null;
  const clash = alternationOf(rows.filter((row) => row.atMs >= sinceMs - 3 * errorsBeforeLossMs));
  const renewal = renewalOf(rows, loss, group);
  const { ending, code } = endingOf({ renewal, group, refusals, clash, backAtMs, lostAtMs });
  const newest = (pick: (row: LogRow) => string) => rows.findLast((row) => pick(row) !== '');
  return {
    device,
    key: deviceKey(device),
    ending,
    code,
    lostAtMs,
    lossLogged: loss !== null,
    backAtMs,
    rows: recent,
    disconnects: rows.filter(
      (row) => row.operation === 'disconnect' && row.atMs > (lostAtMs ?? nowMs) - 60 * minuteMs,
    ).length,
    renewalTimed: renewal.timed,
    clashProven: clash === 'proven',
    // What it used before the loss; afterwards a client may try other ways.
    protocol: (loss?.protocol || newest((row) => row.protocol)?.protocol) ?? '',
    address: (loss?.address || newest((row) => row.address)?.address) ?? '',
    client: newest((row) => row.client)?.client ?? '',
  };
}

/**
 * The newest disconnect at or before event time + 60 s. One from before a later reconnect, or more than ten minutes
 * older than the event, belongs to an earlier loss: the row of this one is missing or late.
 */
function lossRow(device: DiagnosedDevice, rows: readonly LogRow[], nowMs: number): LogRow | null {
  const eventMs = device.lostAtMs ?? nowMs;
  const earliestMs = eventMs - (device.lostAtMs === null ? flappingLookMs : errorsBeforeLossMs);
  const found = rows.findLast((row) => row.operation === 'disconnect' && row.atMs <= eventMs + snapshotMs);
  if (!found || found.atMs < earliestMs) return null;
  if (device.lostAtMs === null || found.atMs >= eventMs - 2 * snapshotMs) return found;
  const cameBack = rows.some(
    (row) => row.operation === 'connect' && !isFailure(row) && row.atMs > found.atMs && row.atMs < eventMs,
  );
  return cameBack ? null : found;
}

type Renewal = { readonly timed: boolean; readonly steady: boolean };

/** Whether the loss came as long after a connect as a renewal does, and whether that happened before. */
function renewalOf(rows: readonly LogRow[], loss: LogRow | null, group: readonly LogRow[]): Renewal {
  if (!loss) return { timed: false, steady: false };
  const startMs = group[0]?.atMs ?? loss.atMs;
  const before = rows.filter((row) => row.atMs < startMs);
  const connected = before.findLast((row) => row.operation === 'connect' && !isFailure(row));
  const ageMs = connected ? startMs - connected.atMs : 0;
  const timed = ageMs >= renewalAfterMs.least && ageMs <= renewalAfterMs.most;
  const earlier = before.some(
    (row) => row.operation === 'disconnect' && connected && connected.atMs - row.atMs <= renewalGapMs,
  );
  return { timed, steady: timed && earlier };
}

function endingOf(story: {
  readonly renewal: Renewal;
  readonly group: readonly LogRow[];
  readonly refusals: readonly LogRow[];
  readonly clash: 'proven' | 'likely' | null;
  readonly backAtMs: number | null;
  readonly lostAtMs: number | null;
}): { ending: Ending; code: string } {
  const { renewal, group, refusals, backAtMs, lostAtMs } = story;
  const newest = story.refusals.at(-1);
  const refused = speaking(refusals);
  if (story.clash && (!refused || refused.family === 'replaced')) return { ending: 'clash', code: '400027' };

  const gapMs = backAtMs !== null && lostAtMs !== null ? backAtMs - lostAtMs : null;
  const goodbye = group.length > 0 && group.every((row) => !isFailure(row));
  const expired = group.some((row) => row.code === '401003');
  if (gapMs !== null && gapMs <= renewalGapMs && (renewal.steady || (expired && !story.clash))) {
    return { ending: 'renewed', code: expired ? '401003' : (group[0]?.code ?? '') };
  }
  // Refusals on the way back, such as a clock that is wrong until the first NTP answer, are not why it was away.
  const spanMs = newest && refusals[0] ? newest.atMs - refusals[0].atMs : 0;
  const explains = gapMs === null || spanMs >= gapMs / 2;
  if (refused && refused.family !== 'unrelated' && explains)
    return { ending: endingBy(refused.family), code: refused.code };

  const ended = speaking(group);
  const plain =
    ended?.family === 'lost' || ended?.family === 'unauthorized' || (ended?.family === 'replaced' && expired);
  if (ended && !plain) {
    return { ending: endingBy(ended.family), code: ended.code };
  }
  // 401003 on a disconnect is the end of a token's life, not a refusal.
  if (expired || (goodbye && renewal.steady)) return { ending: 'renewal', code: expired ? '401003' : '' };
  if (goodbye) return { ending: 'orderly', code: '' };
  if (ended) return { ending: 'lost', code: ended.code };
  if (refused) return { ending: 'other', code: refused.code };
  return { ending: 'silent', code: '' };
}

function endingBy(family: CodeFamily): Ending {
  return family === 'unrelated' ? 'other' : family;
}

/** From most to least telling: a rarer, more specific code explains why a common one came along. */
const telling: readonly CodeFamily[] = [
  'suspended',
  'quota',
  'administrative',
  'unauthorized',
  'throttled',
  'service',
  'client',
  'lost',
  'replaced',
  'unrelated',
];

/** The family that most of the newest rows name; between equals the more telling. */
function speaking(rows: readonly LogRow[]): { family: CodeFamily; code: string } | null {
  const counts = new Map<CodeFamily, { rows: number; code: string }>();
  for (const row of rows.slice(-5)) {
    const family = familyOf(row.code, row.description) ?? (row.error ? 'unrelated' : null);
    if (family === null) continue;
    const share = counts.get(family);
    counts.set(family, { rows: (share?.rows ?? 0) + 1, code: row.code });
  }
  const best = [...counts].sort(
    ([a, x], [b, y]) => y.rows - x.rows || telling.indexOf(a) - telling.indexOf(b),
  )[0];
  return best ? { family: best[0], code: best[1].code } : null;
}

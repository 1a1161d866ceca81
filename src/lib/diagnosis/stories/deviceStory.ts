import { deviceKey } from '../../device/device.ts';
import type { CodeFamily } from '../catalogue/codeEntry.ts';
import { familyOf } from '../catalogue/codes.ts';
import type { DiagnosedDevice } from '../diagnosis.ts';
import { isAccepted, isFailure, type LogRow } from '../logs/logRow.ts';
import { errorsBeforeLossMs } from '../logs/queries.ts';
import { type ClashPattern, clashPatternOf } from './clashPattern.ts';
import { clientProgram } from './clientProgram.ts';

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
  /** The loss that still lasts, where the device came back after the one of the event and fell again; else `lostAtMs`. */
  readonly goneAtMs: number | null;
  /** Newest success after the loss and after the last refusal, milliseconds. */
  readonly backAtMs: number | null;
  /** Rows from 10 minutes before the loss, oldest first. */
  readonly rows: readonly LogRow[];
  /** Code that speaks for the ending; empty for none. */
  readonly code: string;
  /** Refused attempts to connect since the loss: each proves that the device runs and reaches the hub. */
  readonly knocks: Knocks | null;
  /** Whether the row of the loss itself is a broken link, whatever came after it. */
  readonly brokeOff: boolean;
  /** Losses in the hour before the newest one: events are 60-second snapshots and show fewer. */
  readonly breaks: number;
  /** The loss came 45 to 75 minutes after the last connect, as a token renewal does. */
  readonly renewalTimed: boolean;
  /** It renewed before in this rhythm, or the hub said that its token ended. */
  readonly renewsSteadily: boolean;
  readonly clash: ClashPattern | null;
  readonly protocol: string;
  readonly address: string;
  readonly program: string;
  /** Program and version. */
  readonly client: string;
  readonly firmware: string;
};

export type Knocks = {
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly stale: boolean;
};

const minuteMs = 60_000;

/** The event's time is that of the snapshot, give or take a minute (docs/platform.md#snapshots). */
const snapshotMs = minuteMs;

/** Rows of one loss, such as 401003 and then 404104, stand this close together. */
const sameLossMs = 15_000;

/** SAS tokens live an hour in all SDKs, with graces that differ (docs/platform.md#token-renewal). */
const renewalAfterMs = { least: 44 * minuteMs, most: 76 * minuteMs };
const renewalGapMs = 10 * minuteMs;

/** A loss at the age of a token and a return this soon is a renewal, also where it is the first that is seen. */
const quickReturnMs = 2 * minuteMs;

/** A link that only flaps has no loss: look at what happened in this time. */
const flappingLookMs = 30 * minuteMs;

/** Refusals nobody repeats: rows lag by minutes, and clients that retry do so within this. */
const knockingMs = { logLag: 6 * minuteMs, least: 5 * minuteMs, intervals: 5 };

/** Reads a device's rows, as `connectionsOf` orders them, as a story. */
export function tellStory(device: DiagnosedDevice, rows: readonly LogRow[], nowMs: number): DeviceStory {
  const told = lossRow(device, rows, nowMs);
  const loss = told && newerLoss(rows, told);
  const lostAtMs = told?.atMs ?? device.lostAtMs;
  const goneAtMs = loss?.atMs ?? lostAtMs;
  const eventMs = loss !== told ? (loss?.atMs ?? null) : device.lostAtMs;
  const sinceMs = (eventMs ?? loss?.atMs ?? nowMs) - (eventMs === null ? flappingLookMs : 0);
  const recent = rows.filter(
    (row) => row.atMs >= Math.min(sinceMs, lostAtMs ?? sinceMs) - errorsBeforeLossMs,
  );
  const group = loss
    ? rows.filter(
        (row) =>
          (row.operation === 'disconnect' || row === loss) && Math.abs(row.atMs - loss.atMs) <= sameLossMs,
      )
    : [];
  const fromMs = loss ? loss.atMs - 1000 : sinceMs - 2 * snapshotMs;
  const after = rows.filter((row) => row.operation === 'connect' && row.atMs >= fromMs);
  const others = rows.filter((row) => row.operation === 'other' && row.atMs >= fromMs);
  const refusals = after.filter(isFailure);
  const lastRefusal = refusals.at(-1);
  const isReturn = ({ atMs }: LogRow) => atMs > (goneAtMs ?? 0) && atMs >= (lastRefusal?.atMs ?? 0);
  const back =
    after.findLast((row) => isAccepted(row) && isReturn(row)) ??
    // The hub closed an older connection because a newer one had come.
    rows.findLast((row) => row.operation === 'takeover' && row !== loss && isReturn(row));
  const backAtMs = back?.atMs ?? null;
  const clash = clashPatternOf(rows.filter((row) => row.atMs >= sinceMs - 3 * errorsBeforeLossMs));
  const renewal = renewalOf(rows, loss, group);
  const refusedOrFaulty = [...refusals, ...others.filter(isFailure)].sort((a, b) => a.atMs - b.atMs);
  const { ending, code } = endingOf({
    renewal,
    group,
    refusals: refusedOrFaulty,
    clash,
    backAtMs,
    lostAtMs: goneAtMs,
  });
  const newest = (pick: (row: LogRow) => string) => rows.findLast((row) => pick(row) !== '');
  const client = clientProgram(newest((row) => row.client)?.client ?? '', device.deviceId);
  return {
    device,
    key: deviceKey(device),
    ending,
    code,
    lostAtMs,
    goneAtMs,
    lossLogged: told !== null,
    backAtMs,
    rows: recent,
    knocks: knocksOf(refusals, nowMs),
    brokeOff: group.some((row) => familyOf(row.code, row.description) === 'lost'),
    breaks: breaksOf(rows, goneAtMs ?? nowMs),
    renewalTimed: renewal.timed,
    renewsSteadily: renewal.steady || group.some(({ code }) => code === '401003'),
    clash,
    // What it used before the loss; afterwards a client may try other ways.
    protocol: (loss?.protocol || newest((row) => row.protocol)?.protocol) ?? '',
    address: (loss?.address || newest((row) => row.address)?.address) ?? '',
    program: client.program,
    client: client.version,
    firmware: client.firmware,
  };
}

function knocksOf(refusals: readonly LogRow[], nowMs: number): Knocks | null {
  const [first] = refusals;
  const last = refusals.at(-1);
  if (!first || !last) return null;
  const count = refusals.length;
  const everyMs = count > 1 ? (last.atMs - first.atMs) / (count - 1) : 0;
  const waitedMs = Math.max(knockingMs.least, knockingMs.intervals * everyMs) + knockingMs.logLag;
  return { count, firstMs: first.atMs, lastMs: last.atMs, stale: nowMs - last.atMs > waitedMs };
}

/** Rows of one loss, such as 401003 and then 404104, are one break. */
function breaksOf(rows: readonly LogRow[], untilMs: number): number {
  const times = rows
    .filter(
      ({ operation, atMs }) =>
        (operation === 'disconnect' || operation === 'takeover') && atMs > untilMs - 60 * minuteMs,
    )
    .map(({ atMs }) => atMs);
  return times.filter((atMs, index) => index === 0 || atMs - times[index - 1]! > sameLossMs).length;
}

/**
 * The newest disconnect at or before event time + 60 s. One from before a later reconnect, or more than ten minutes
 * older than the event, belongs to an earlier loss: the row of this one is missing or late. The end of a replaced
 * connection is taken only where nothing else is there.
 */
function lossRow(device: DiagnosedDevice, rows: readonly LogRow[], nowMs: number): LogRow | null {
  const eventMs = device.lostAtMs ?? nowMs;
  const earliestMs = eventMs - (device.lostAtMs === null ? flappingLookMs : errorsBeforeLossMs);
  const near = (operation: LogRow['operation']) =>
    rows.findLast(
      (row) => row.operation === operation && row.atMs <= eventMs + snapshotMs && row.atMs >= earliestMs,
    );
  const found = near('disconnect') ?? near('takeover');
  if (!found) return null;
  if (device.lostAtMs === null || found.atMs >= eventMs - 2 * snapshotMs) return found;
  const cameBack = rows.some((row) => isAccepted(row) && row.atMs > found.atMs && row.atMs < eventMs);
  return cameBack ? null : found;
}

/** A device that came back after this loss and fell again tells its story from the newest loss on. */
function newerLoss(rows: readonly LogRow[], loss: LogRow): LogRow {
  const newest = rows.findLast((row) => row.operation === 'disconnect' && row.atMs > loss.atMs + sameLossMs);
  if (!newest) return loss;
  const cameBack = rows.some((row) => isAccepted(row) && row.atMs > loss.atMs && row.atMs <= newest.atMs);
  return cameBack ? newest : loss;
}

type Renewal = { readonly timed: boolean; readonly steady: boolean };

/** Whether the loss came as long after a connect as a renewal does, and whether that happened before. */
function renewalOf(rows: readonly LogRow[], loss: LogRow | null, group: readonly LogRow[]): Renewal {
  if (!loss) return { timed: false, steady: false };
  const startMs = group[0]?.atMs ?? loss.atMs;
  const before = rows.filter((row) => row.atMs < startMs);
  const connected = before.findLast(isAccepted);
  const ageMs = connected ? startMs - connected.atMs : 0;
  const timed = ageMs >= renewalAfterMs.least && ageMs <= renewalAfterMs.most;
  const earlier = before.some(
    (row) =>
      row.operation === 'disconnect' && connected && Math.abs(connected.atMs - row.atMs) <= renewalGapMs,
  );
  return { timed, steady: timed && earlier };
}

function endingOf(story: {
  readonly renewal: Renewal;
  readonly group: readonly LogRow[];
  readonly refusals: readonly LogRow[];
  readonly clash: ClashPattern | null;
  readonly backAtMs: number | null;
  readonly lostAtMs: number | null;
}): { ending: Ending; code: string } {
  const { renewal, group, refusals, backAtMs, lostAtMs } = story;
  const newest = refusals.at(-1);
  const refused = speaking(refusals);
  if (story.clash && (!refused || refused.family === 'replaced')) return { ending: 'clash', code: '400027' };

  const gapMs = backAtMs !== null && lostAtMs !== null ? backAtMs - lostAtMs : null;
  const goodbye = group.length > 0 && group.every((row) => !isFailure(row));
  const expired = group.some((row) => row.code === '401003');
  const quick =
    renewal.timed && !story.clash && gapMs !== null && gapMs <= quickReturnMs && refusals.length === 0;
  if (gapMs !== null && gapMs <= renewalGapMs && (renewal.steady || quick || (expired && !story.clash))) {
    return { ending: 'renewed', code: expired ? '401003' : (group[0]?.code ?? '') };
  }
  // Refusals on the way back, such as a clock that is wrong until the first NTP answer, are not why it was away.
  const spanMs = newest && refusals[0] ? newest.atMs - refusals[0].atMs : 0;
  const explains = gapMs === null || spanMs >= gapMs / 2;
  const knocking = gapMs === null && refusals.some((row) => row.operation === 'connect');
  if (refused && refused.family !== 'unrelated' && refused.family !== 'replaced' && explains)
    return { ending: endingBy(refused.family), code: refused.code };
  // It reached the hub, so no dead link explains that it stays away, whatever the code means.
  if (refused && knocking) return { ending: 'other', code: refused.code };

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

import type { DeviceEvent } from '../events/event.ts';
import type { Device } from './device.ts';
import type { TransitionReason } from './transition.ts';

/** An event as it was taken in, and what it meant then. Times are milliseconds. */
export type RecordedEvent = {
  readonly kind: DeviceEvent['kind'];
  readonly eventTimeMs: number;
  readonly receivedAtMs: number;
  /** 64 hex digits; null for creations and deletions. */
  readonly sequenceNumber: string | null;
  readonly effect: TransitionReason;
};

/** The newest events of one device, oldest first, and what the device was before them. */
export type RecentEvents = {
  /** Names this run of events among those of its device; grows from run to run. */
  readonly run: number;
  /** null: it had never been seen. */
  readonly before: Device | null;
  readonly count: number;
  /** The events, packed: they lie in every device's row. */
  readonly packed: string;
};

/** So many lie in the device's row; then they go to a row of their own. */
export const mostRecent = 32;

/** A run that is shorter than this grows above `mostRecent` when many events of a device come at once. */
const shortestRun = 16;

/** A step of `transition`, as it is to be recorded. */
export type Step = {
  readonly event: DeviceEvent;
  readonly reason: TransitionReason;
  readonly changed: boolean;
};

/** What an event adds to the record. */
export type Recorded = {
  /** The newest run; null: nothing is on record yet. */
  readonly recent: RecentEvents | null;
  /** The run before, which is to be kept elsewhere before `recent` is written; null: it goes on. */
  readonly full: RecentEvents | null;
  /** Something was added. */
  readonly added: boolean;
};

/**
 * Adds what came of the events of one device. A copy of an event that is on record adds nothing, unless it changed
 * something: a flood of copies costs no write. Runs end only with what is stored, so a write that is repeated after a
 * crash makes the same rows.
 *
 * @param before the device as stored; null: it had none
 * @param recent as stored; null: a row of an earlier version, or of a device that has just moved
 */
export function recordEvents(
  before: Device | null,
  recent: RecentEvents | null,
  steps: readonly Step[],
  nowMs: number,
): Recorded {
  let seen: readonly RecordedEvent[] | null = null;
  const news: RecordedEvent[] = [];
  for (const { event, reason, changed } of steps) {
    const one = recorded(event, reason, nowMs);
    if (!changed) {
      seen ??= eventsOf(recent);
      if ([...seen, ...news].some((other) => isCopy(one, other))) continue;
    }
    news.push(one);
  }
  if (news.length === 0) return { recent, full: null, added: false };
  const isFull = recent !== null && recent.count >= shortestRun && recent.count + news.length > mostRecent;
  const run =
    recent !== null && !isFull
      ? recent
      : { run: Math.max(nowMs, (recent?.run ?? 0) + 1), before, count: 0, packed: '' };
  return { recent: news.reduce(append, run), full: isFull ? recent : null, added: true };
}

function recorded(event: DeviceEvent, effect: TransitionReason, receivedAtMs: number): RecordedEvent {
  const { kind, eventTimeMs } = event;
  const sequenceNumber = 'sequenceNumber' in event ? event.sequenceNumber : null;
  return { kind, eventTimeMs, receivedAtMs, sequenceNumber, effect };
}

function isCopy(a: RecordedEvent, b: RecordedEvent): boolean {
  return a.kind === b.kind && a.sequenceNumber === b.sequenceNumber && a.eventTimeMs === b.eventTimeMs;
}

const kindLetters = { connected: 'c', disconnected: 'd', created: 'n', deleted: 'x' } as const;
const effectLetters = {
  firstSeen: 'f',
  lost: 'l',
  lostAgain: 'a',
  blip: 'b',
  reconnected: 'r',
  hiddenFlap: 'h',
  duplicate: 'e',
  older: 'o',
  sequenceReset: 's',
  created: 'n',
  deleted: 'x',
  tombstoned: 't',
} as const satisfies Record<TransitionReason, string>;
const kindOf = inverse(kindLetters);
const effectOf = inverse(effectLetters);

function inverse<Name extends string>(letters: Readonly<Record<Name, string>>): ReadonlyMap<string, Name> {
  return new Map(Object.entries<string>(letters).map(([name, letter]) => [letter, name as Name]));
}

const digits = 64;
const betweenEvents = ',';
const betweenFields = '.';
const base36 = (n: number) => Math.trunc(n).toString(36);

/**
 * One event is its kind and effect, its receipt, how much older its event time is, and its number: the first one in
 * full, the others as their difference to the first one. Numbers of one device differ in a few digits.
 */
function append(recent: RecentEvents, event: RecordedEvent): RecentEvents {
  const letters = kindLetters[event.kind] + effectLetters[event.effect];
  const delay = base36(event.receivedAtMs - event.eventTimeMs);
  const number = event.sequenceNumber?.replace(/^0+(?=.)/, '') ?? '';
  if (recent.count === 0) {
    const packed = [letters + base36(event.receivedAtMs), delay, number].join(betweenFields);
    return { ...recent, count: 1, packed };
  }
  const first = headOf(recent.packed);
  const packed = [
    letters + base36(event.receivedAtMs - first.receivedAtMs),
    delay,
    difference(first.number, number),
  ].join(betweenFields);
  return { ...recent, count: recent.count + 1, packed: recent.packed + betweenEvents + packed };
}

function headOf(packed: string): { readonly receivedAtMs: number; readonly number: string } {
  const end = packed.indexOf(betweenEvents);
  const [received = '', , number = ''] = (end < 0 ? packed : packed.slice(0, end)).split(betweenFields);
  return { receivedAtMs: Number.parseInt(received.slice(2), 36), number };
}

/** How many characters are those of the first number, as one character from `0` on; then the rest. */
function difference(first: string, number: string): string {
  if (number === '') return '';
  let shared = 0;
  while (shared < number.length && number[shared] === first[shared]) shared += 1;
  return String.fromCharCode(48 + shared) + number.slice(shared);
}

/** The events of a run, oldest first. What cannot be read is left out. */
export function eventsOf(recent: RecentEvents | null): RecordedEvent[] {
  if (recent === null || recent.count === 0) return [];
  const first = headOf(recent.packed);
  return recent.packed.split(betweenEvents).flatMap((text, index): RecordedEvent[] => {
    const [received = '', delay = '', rest = ''] = text.split(betweenFields);
    const kind = kindOf.get(received[0] ?? '');
    const effect = effectOf.get(received[1] ?? '');
    const receivedAtMs = Number.parseInt(received.slice(2), 36) + (index === 0 ? 0 : first.receivedAtMs);
    const eventTimeMs = receivedAtMs - Number.parseInt(delay, 36);
    if (!kind || !effect || Number.isNaN(eventTimeMs)) return [];
    const number = index === 0 ? rest : undone(first.number, rest);
    const sequenceNumber = number === '' ? null : number.padStart(digits, '0');
    return [{ kind, effect, receivedAtMs, eventTimeMs, sequenceNumber }];
  });
}

function undone(first: string, text: string): string {
  return text === '' ? '' : first.slice(0, text.charCodeAt(0) - 48) + text.slice(1);
}

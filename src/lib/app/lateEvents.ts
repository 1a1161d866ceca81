import type { DeviceEvent } from '../events/event.ts';
import { type LateEvents, lateAfterMs } from '../selfWatch/blindness.ts';
import type { MetaRows } from '../store/metaRows.ts';

/** A backlog that is caught up with brings thousands: an instance writes about them this often. */
const noteEveryMs = 10_000;

/** Notes for the sweep that events came late. */
export class LateEventNotes {
  readonly #meta: MetaRows;
  #waiting: LateEvents | null = null;
  #notedAtMs = Number.NEGATIVE_INFINITY;

  constructor(meta: MetaRows) {
    this.#meta = meta;
  }

  /** @param events of one delivery that was received now */
  async note(events: readonly DeviceEvent[], nowMs: number): Promise<void> {
    const late = events.filter(({ eventTimeMs }) => nowMs - eventTimeMs > lateAfterMs);
    if (late.length === 0) return;
    const fromMs = late.reduce((first, { eventTimeMs }) => Math.min(first, eventTimeMs), nowMs);
    this.#waiting = together(this.#waiting, { fromMs, untilMs: nowMs, count: late.length });
    if (nowMs - this.#notedAtMs < noteEveryMs) return;
    const stored = await this.#meta.read('lateEvents', readLate);
    const note = together(stored?.value ?? null, this.#waiting);
    // Where another instance is faster the gap is known already, and this part of it is noted with the next delivery.
    if ((await this.#meta.write('lateEvents', note, stored?.etag ?? null)) === null) return;
    this.#notedAtMs = nowMs;
    this.#waiting = null;
  }
}

/** What was noted since the last run of the sweep, which takes it away. */
export async function takeLateEvents(meta: MetaRows): Promise<LateEvents | null> {
  const stored = await meta.read('lateEvents', readLate);
  if (!stored?.value || stored.value.count === 0) return null;
  const taken = await meta.write('lateEvents', { ...stored.value, count: 0 }, stored.etag);
  return taken === null ? null : stored.value;
}

function together(a: LateEvents | null, b: LateEvents): LateEvents {
  if (a === null || a.count === 0) return b;
  return {
    fromMs: Math.min(a.fromMs, b.fromMs),
    untilMs: Math.max(a.untilMs, b.untilMs),
    count: a.count + b.count,
  };
}

function readLate(value: { readonly [field: string]: unknown }): LateEvents | null {
  const { fromMs, untilMs, count } = value as Partial<LateEvents>;
  return count !== undefined && fromMs !== undefined && untilMs !== undefined
    ? { fromMs, untilMs, count }
    : null;
}

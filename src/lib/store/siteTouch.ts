import { readRecord, storeFormat } from './readRecord.ts';
import type { Row } from './rowStore.ts';

/** An event has made something due at a site. Written by whoever takes events in. */
export type Touch = {
  readonly dueAtMs: number;
  /** Later moments that were noted before, in order: other instances rely on them. Left out: none. */
  readonly thenAtMs?: readonly number[];
};

export const touchKey = (place: string) => `t|${place}`;

export function writeTouch(touch: Touch): string {
  return JSON.stringify({ v: storeFormat, ...touch });
}

/** null: it cannot be read. */
export function readTouch(row: Row): Touch | null {
  return readRecord(row, ({ dueAtMs, thenAtMs }) => {
    if (typeof dueAtMs !== 'number') return null;
    const later = Array.isArray(thenAtMs) ? thenAtMs.filter((atMs) => typeof atMs === 'number') : [];
    return touchAt([dueAtMs, ...later]);
  });
}

/** The touch with an earlier moment; what was noted before stands after it. */
export function broughtForward(known: Touch | null, dueAtMs: number): Touch {
  return touchAt([dueAtMs, ...momentsOf(known)]);
}

/** What stands of a touch once a moment has come; null: nothing. */
export function restAfter(touch: Touch, nowMs: number): Touch | null {
  const later = momentsOf(touch).filter((atMs) => atMs > nowMs);
  return later.length === 0 ? null : touchAt(later);
}

function momentsOf(touch: Touch | null): readonly number[] {
  return touch === null ? [] : [touch.dueAtMs, ...(touch.thenAtMs ?? [])];
}

/** Moments that instances once noted and may rely on, of which the latest go first; a site seldom has more than two. */
const mostMoments = 50;

function touchAt(moments: readonly number[]): Touch {
  const [dueAtMs = 0, ...thenAtMs] = [...new Set(moments)].sort((a, b) => a - b).slice(0, mostMoments);
  return thenAtMs.length === 0 ? { dueAtMs } : { dueAtMs, thenAtMs };
}

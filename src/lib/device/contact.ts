import type { RecordedEvent } from './recentEvents.ts';

/** A time in which a device had contact, had none, or nobody knows. Milliseconds. */
export type ContactSpan = {
  readonly state: 'online' | 'offline' | 'unknown';
  readonly fromMs: number;
  readonly untilMs: number;
};

/** Events that say nothing of the contact: copies, and what newer events had overtaken. */
const silent: readonly RecordedEvent['effect'][] = ['older', 'duplicate', 'tombstoned'];

/**
 * When a device had contact, by its events: whole times without a gap between them.
 * @param events oldest first; those before the time tell how it begins
 * @param before what it was before the first event, where that is known
 */
export function contactSpans(
  events: readonly RecordedEvent[],
  before: ContactSpan['state'],
  fromMs: number,
  untilMs: number,
): ContactSpan[] {
  const spans: ContactSpan[] = [];
  let state = before;
  let sinceMs = fromMs;
  const end = (atMs: number) => {
    if (atMs > sinceMs) spans.push({ state, fromMs: sinceMs, untilMs: atMs });
    sinceMs = Math.max(sinceMs, atMs);
  };
  for (const { kind, eventTimeMs, effect } of events) {
    if (silent.includes(effect) || eventTimeMs >= untilMs) continue;
    const next = kind === 'connected' ? 'online' : kind === 'disconnected' ? 'offline' : 'unknown';
    if (next === state) continue;
    end(Math.max(fromMs, eventTimeMs));
    state = next;
  }
  end(untilMs);
  return spans;
}

import type { Rules } from '../policy/rules.ts';
import type { Incident, Told } from './incident.ts';

/** Adds the fallbacks of receivers that could not be told. */
export function withFallbacks(
  rules: Rules,
  incident: Incident,
  ledger: readonly Told[],
  nowMs: number,
): Incident {
  let { fallbacks } = incident;
  for (const entry of ledger) {
    const dueAtMs = fallbackDueAt(rules, { ...incident, fallbacks }, ledger, entry);
    const receiver = rules.receivers.get(entry.receiver)?.fallback;
    if (!receiver || dueAtMs === null || dueAtMs > nowMs) continue;
    const tells = incident.status === 'open' ? 'outage' : 'end';
    fallbacks = [...fallbacks, { receiver, instead: entry.receiver, tells }];
  }
  return fallbacks === incident.fallbacks ? incident : { ...incident, fallbacks };
}

/** When the fallback of a receiver that fails is told: at once after a permanent failure; null: not, or it is. */
export function fallbackDueAt(
  rules: Rules,
  incident: Incident,
  ledger: readonly Told[],
  entry: Told,
): number | null {
  const receiver = rules.receivers.get(entry.receiver);
  const name = receiver?.fallback;
  if (!name) return null;
  if (incident.fallbacks.some((fallback) => fallback.receiver === name)) return null;
  // Who hears of the incident anyway is not told twice.
  if (ledger.some((other) => other.receiver === name && other.status !== 'untold')) return null;
  // Of an end that follows no beginning nobody needs to hear.
  if (incident.status === 'resolved' && entry.status === 'untold') return null;
  if (entry.failedForGood) return 0;
  return entry.failingSinceMs === null ? null : entry.failingSinceMs + receiver.fallbackAfterMs;
}

import type { Evaluation } from '../incident/evaluate.ts';
import type { SiteNumbers } from '../incident/siteCounts.ts';
import type { Rules } from '../policy/rules.ts';
import type { LoadedPlace } from '../store/fleet.ts';
import { mostCardIncidents, type SiteCard } from '../store/siteCard.ts';
import { siteForReaders } from './places.ts';

const noNumbers: SiteNumbers = {
  known: 0,
  offline: 0,
  flapping: 0,
  silenced: 0,
  sinceMs: null,
  modules: false,
};

/**
 * What lists show of a place after a look at it; null: there is nothing of it.
 * @param counted null: it is a hub's own count
 */
export function cardOf(
  rules: Rules,
  { key, hubName }: LoadedPlace,
  { incidents }: Evaluation,
  counted: SiteNumbers | null,
): SiteCard | null {
  const open = incidents.filter(({ status }) => status === 'open');
  const numbers = counted ?? noNumbers;
  if (open.length === 0 && numbers.known === 0) return null;
  const newest = open.toSorted((a, b) => b.openedAtMs - a.openedAtMs).slice(0, mostCardIncidents);
  return {
    place: key,
    hubName,
    name: siteForReaders(rules, key).name,
    ...numbers,
    incidents: newest.map(({ incidentId, openedAtMs, severity }) => ({ incidentId, openedAtMs, severity })),
    open: open.length,
  };
}

import { formatPlaceKey, type PlaceKey, parsePlaceKey } from '../directory/placeKey.ts';
import { placeTag } from '../incident/ids.ts';
import type { SiteNumbers } from '../incident/siteCounts.ts';
import { type Severity, severities } from '../policy/policy.ts';
import { encodeKey } from './encodeKey.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import type { Row } from './rowStore.ts';

/** An open incident as the list of sites names it. */
export type CardIncident = {
  readonly incidentId: string;
  readonly openedAtMs: number;
  readonly severity: Severity;
};

/**
 * What lists show of a place: as its last evaluation found it, well or not. A hub's own count has one while something of
 * it is open. Times are milliseconds.
 */
export type SiteCard = SiteNumbers & {
  readonly place: PlaceKey;
  /** As events spell it. */
  readonly hubName: string;
  readonly name: string;
  /** The newest, at most `mostCardIncidents`. */
  readonly incidents: readonly CardIncident[];
  /** How many are open. */
  readonly open: number;
};

/** A site of which each device has its own incident may have thousands; so many of them its card names. */
export const mostCardIncidents = 1_000;

/** The severity of the worst open incident; null: nothing is open. */
export function worstOf(card: Pick<SiteCard, 'incidents'>): Severity | null {
  return severities.findLast((severity) => card.incidents.some((one) => one.severity === severity)) ?? null;
}

/** Index rows of sites in trouble have keys in this range; those of all sites go on to `c}`. */
export const cardRange = { from: 'c|', well: `c|${severities.length}|`, to: 'c}' } as const;

export const cardKey = (place: string) => `k|${place}`;

/** Orders cards by trouble: the worst first, of equals the longest, then by name. */
export function cardOrderKey(card: SiteCard): string {
  const worst = worstOf(card);
  const rank = worst === null ? severities.length : severities.length - 1 - severities.indexOf(worst);
  const since = worst === null ? 0 : (card.sinceMs ?? oldest(card.incidents));
  const moment = String(Math.max(0, Math.trunc(since))).padStart(15, '0');
  return `c|${rank}|${moment}|${sortName(card.name)}|${placeTag(card.place)}`;
}

function oldest(incidents: readonly CardIncident[]): number {
  return incidents.reduce(
    (first, { openedAtMs }) => Math.min(first, openedAtMs),
    Number.MAX_SAFE_INTEGER / 10,
  );
}

/** Longer names would be shortened to a digest, out of order. */
const longestName = 300;

/** A name in the order in which people look for it: without regard to case and accents. */
function sortName(name: string): string {
  const folded = name
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase();
  let kept = '';
  for (const character of folded.replaceAll('|', ' ')) {
    if (encodeKey(kept + character).length > longestName) break;
    kept += character;
  }
  return kept;
}

export function writeCard(card: SiteCard): string {
  const { place, incidents, ...rest } = card;
  const packed = incidents.map(({ incidentId, openedAtMs, severity }) => [incidentId, openedAtMs, severity]);
  return JSON.stringify({ v: storeFormat, place: formatPlaceKey(place), ...rest, incidents: packed });
}

export function readCard(row: Row): SiteCard | null {
  return readRecord(row, (value) => {
    const place = parsePlaceKey(value.place);
    const { hubName, name, known, offline, flapping, silenced, sinceMs, modules, open } =
      value as Partial<SiteCard>;
    if (!place || typeof hubName !== 'string' || typeof known !== 'number') return null;
    const incidents = Array.isArray(value.incidents) ? value.incidents.map(readCardIncident) : [];
    return {
      place,
      hubName,
      name: name ?? (place.kind === 'hub' ? place.hub : place.id),
      known,
      offline: offline ?? 0,
      flapping: flapping ?? 0,
      silenced: silenced ?? 0,
      sinceMs: sinceMs ?? null,
      modules: modules ?? false,
      incidents,
      open: open ?? incidents.length,
    };
  });
}

function readCardIncident([incidentId, openedAtMs, severity]: [string, number, Severity]): CardIncident {
  return { incidentId, openedAtMs, severity };
}

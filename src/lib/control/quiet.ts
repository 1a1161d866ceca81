import type { Site } from '../directory/placeOf.ts';
import { lastOccurrence, nextOccurrence, unionAt } from './calendar.ts';
import type { Controls, OneTimeWindow, Silence } from './control.ts';
import { type ControlMatch, coversDevice, reaches } from './controlMatch.ts';
import type { PlannedWindow } from './plannedWindow.ts';
import type { Span } from './timeInterval.ts';

/** Until when something is not told, and by which control. */
export type Quiet = {
  readonly why: 'silence' | 'maintenance';
  /** Of those that have begun the one that ends last: its id; of planned work of the configuration, its name. */
  readonly control: string;
  /** The grace of a window included, and what begins before it is over. Milliseconds. */
  readonly untilMs: number;
};

/** What of the rules makes devices quiet. */
export type QuietRules = {
  readonly controls: Controls;
  readonly maintenance: readonly PlannedWindow[];
};

/** Who is quiet at a place at a moment. */
export type QuietPlace = {
  /**
   * Until when nothing about a device begins to be told, and by which control; null: it is told.
   * @param sinceMs when its contact was lost, or it began to flap
   */
  of(deviceId: string, sinceMs: number): Quiet | null;
  /** Whether a control of that name runs here now, its grace included. */
  runs(control: Pick<Quiet, 'why' | 'control'>): boolean;
  /** The next moment at which a control of this place begins or ends, as far as they are known; null: none does. */
  readonly nextAtMs: number | null;
};

/** One span of one control. */
type Cover = {
  readonly match: ControlMatch;
  readonly fromMs: number;
  readonly untilMs: number;
  /** `untilMs` of it: the end of the grace. */
  readonly quiet: Quiet;
};

const nobodyQuiet: QuietPlace = { of: () => null, runs: () => false, nextAtMs: null };

/** A look at a site asks once for each of its incidents: the last answer by these rules is kept. */
const lastAsked = new WeakMap<QuietRules, { readonly key: string; readonly place: QuietPlace }>();

/**
 * Which devices of a place are quiet. A silence covers its span. A window covers its span too, and until its grace is over
 * those devices that were lost before it ended. Of several controls a device is quiet until the last of them ends, also
 * where that one begins only later, before the others are over; it is no reason before it begins, for the others may be
 * taken back.
 *
 * @param site null: the hub as a whole, which only controls without sites and devices cover
 */
export function quietAt(rules: QuietRules, hub: string, site: Site | null, nowMs: number): QuietPlace {
  const { controls, maintenance } = rules;
  if (maintenance.length + controls.silences.length + controls.windows.length === 0) return nobodyQuiet;
  const key = JSON.stringify([hub, site?.kind, site?.id, nowMs]);
  const known = lastAsked.get(rules);
  if (known?.key === key) return known.place;
  const place = placeWith(coversAt(rules, hub, site, nowMs), nowMs);
  lastAsked.set(rules, { key, place });
  return place;
}

function placeWith(covers: readonly Cover[], nowMs: number): QuietPlace {
  if (covers.length === 0) return nobodyQuiet;
  const begun = covers.filter(({ fromMs }) => fromMs <= nowMs);
  const later = covers.filter(({ fromMs }) => fromMs > nowMs).sort((a, b) => a.fromMs - b.fromMs);
  const moments = covers.flatMap(({ fromMs, untilMs, quiet }) => [fromMs, untilMs, quiet.untilMs]);
  const coming = moments.filter((atMs) => atMs > nowMs);
  return {
    nextAtMs: coming.length > 0 ? Math.min(...coming) : null,
    runs: ({ why, control }) => begun.some(({ quiet }) => quiet.why === why && quiet.control === control),
    of(deviceId, sinceMs) {
      let last: Quiet | null = null;
      for (const { match, untilMs, quiet } of begun) {
        if (quiet.untilMs <= (last?.untilMs ?? nowMs)) continue;
        const runs = nowMs < untilMs || sinceMs < untilMs;
        if (runs && coversDevice(match, deviceId)) last = quiet;
      }
      for (const { match, fromMs, quiet } of later) {
        if (last === null || fromMs > last.untilMs) break;
        if (quiet.untilMs <= last.untilMs || !coversDevice(match, deviceId)) continue;
        last = { ...last, untilMs: quiet.untilMs };
      }
      return last;
    },
  };
}

/** The spans that reach a place and are not over yet, grace included. */
function coversAt(rules: QuietRules, hub: string, site: Site | null, nowMs: number): Cover[] {
  const { silences, windows } = rules.controls;
  const covers: Cover[] = [];
  const add = (match: ControlMatch, span: Span, graceMs: number, why: Quiet['why'], control: string) => {
    const endsAtMs = span.untilMs + graceMs;
    if (span.untilMs <= span.fromMs || endsAtMs <= nowMs) return;
    covers.push({ match, ...span, quiet: { why, control, untilMs: endsAtMs } });
  };
  for (const silence of silences) {
    if (reaches(silence.match, hub, site)) add(silence.match, spanOf(silence), 0, 'silence', silence.id);
  }
  for (const window of windows) {
    if (!reaches(window.match, hub, site)) continue;
    add(window.match, spanOf(window), window.returnGraceMs, 'maintenance', window.id);
  }
  for (const { name, match, at, returnGraceMs } of rules.maintenance) {
    if (!reaches(match, hub, site)) continue;
    for (const span of spansOf(at, nowMs)) add(match, span, returnGraceMs, 'maintenance', name);
  }
  return covers;
}

/** From its beginning to the moment at which it was taken back, or ends by itself. */
function spanOf({ fromMs, untilMs, takenBack }: Silence | OneTimeWindow): Span {
  return { fromMs, untilMs: takenBack ? Math.min(untilMs, takenBack.atMs) : untilMs };
}

/** The spans of planned work around a moment: the one that runs, else the last one, and the next one. */
function spansOf(at: PlannedWindow['at'], nowMs: number): Span[] {
  if (!('during' in at)) return [at];
  const { during } = at;
  const current = unionAt(during, nowMs);
  const spans = current ? [current] : [];
  if (!current) {
    const ends = during.flatMap((interval) => lastOccurrence(interval, nowMs)?.untilMs ?? []);
    const last = ends.length > 0 ? unionAt(during, Math.max(...ends) - 1) : null;
    if (last) spans.push(last);
  }
  const starts = during.flatMap(
    (interval) => nextOccurrence(interval, current ? current.untilMs : nowMs)?.fromMs ?? [],
  );
  const next = starts.length > 0 ? unionAt(during, Math.min(...starts)) : null;
  if (next) spans.push(next);
  return spans;
}

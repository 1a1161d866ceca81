import type { Facts } from '../stories/facts.ts';
import { fellQuietly } from '../stories/facts.ts';
import type { Member } from '../stories/members.ts';
import { thresholds } from '../thresholds.ts';
import { many, ofAll, type Sentence } from './explanation.ts';

/** The shape of a loss that nobody explained: who fell, who stayed, when. */
export type LossPattern = {
  readonly facts: Facts;
  /** Of this site. */
  readonly own: readonly Member[];
  readonly fell: number;
  /** Of the site's known devices, 0 to 1. */
  readonly share: number;
  /** Devices of the site that connected since, and are not counted as fallen. */
  readonly stayedConnected: number;
  /** Nearly all losses of the notice belong together in time. */
  readonly together: boolean;
  /** They fell in one instant, rather than over the clients' keep-alives. */
  readonly instant: boolean;
  /** Keys of the notice's devices that it is about. */
  readonly keys: readonly string[];
  /** Devices whose loss has a row of a broken link. */
  readonly logged: number;
  /** What it costs a cause that lies in this site, that others fell in the same seconds. */
  readonly elsewhereCost: number;
};

/** @param withReturned count the devices of the site that fell with the others and are back: what the loss was, not what lasts */
export function lossPatternOf(facts: Facts, withReturned = false): LossPattern {
  const { cluster, stories, members, otherSites, known } = facts;
  const own = members.filter((member) => member.own);
  const returned = withReturned ? facts.returned : 0;
  const fell = own.filter((member) => member.fell).length + returned;
  const quiet = stories.filter(fellQuietly);
  const inCluster = stories.filter(
    ({ goneAtMs }) => cluster === null || goneAtMs === null || within(goneAtMs, cluster),
  );
  const spreadMs = cluster ? cluster.toMs - cluster.fromMs : 0;
  const instant = cluster !== null && spreadMs <= thresholds.instantMs;
  const { wholeSite } = thresholds.costs;
  return {
    facts,
    own,
    fell,
    share: known === 0 ? 0 : fell / known,
    stayedConnected: Math.max(0, facts.stayedConnected - returned),
    together: cluster !== null && inCluster.length >= thresholds.leads * stories.length,
    instant,
    keys: quiet.map(({ key }) => key),
    logged: stories.filter(({ brokeOff }) => brokeOff).length,
    elsewhereCost: Math.min(3, otherSites.whole.length) * wholeSite + Math.min(10, otherSites.surprise),
  };
}

function within(atMs: number, { fromMs, toMs }: { fromMs: number; toMs: number }): boolean {
  return atMs >= fromMs && atMs <= toMs;
}

function spreadInWords({ facts: { cluster } }: LossPattern): string {
  const seconds = cluster ? Math.round((cluster.toMs - cluster.fromMs) / 1000) : 0;
  return seconds < 120 ? `${Math.max(1, seconds)} s` : `${Math.round(seconds / 60)} min`;
}

export function fellTogether(pattern: LossPattern): string {
  return `${ofAll(pattern.fell, pattern.facts.known)} of the site went offline within ${spreadInWords(pattern)}.`;
}

/** What the logs say of the losses themselves. */
export function rowsSay({ facts }: LossPattern): Sentence {
  const { observed, stories, spoken, settled } = facts;
  if (observed.logs === 'unread') return false;
  const lost = stories.filter(({ ending }) => ending === 'lost');
  const codes = [...new Set(lost.map(({ code }) => code))].sort().slice(0, 3).join(', ');
  if (lost.length > 0) {
    const refused = stories.some(({ knocks }) => knocks !== null);
    return `The logs show a broken connection for ${ofAll(lost.length, stories.length)} (${codes})${refused ? '' : ', and no refusal'}.`;
  }
  return spoken === 0 && settled && nothingCame(facts);
}

/** After the time that rows take, their absence is a finding. */
function nothingCame({ observed, stories }: Facts): Sentence {
  const who = stories.length === 1 ? 'It' : 'They';
  return (
    observed.logs === 'read' &&
    (stories.every(({ backAtMs }) => backAtMs === null)
      ? `${who} never came back, and the logs have no row about the loss or any attempt since: nothing reaches the hub.`
      : 'The logs have no row about the loss.')
  );
}

/** Other sites that lost devices at the same time. */
export function alsoElsewhere({ facts: { otherSites }, instant }: LossPattern): Sentence {
  const { coincident, whole, partial } = otherSites;
  if (coincident > 0 && instant)
    return `${many(coincident, 'other site')} lost devices in the same ${coincident === 1 ? 'seconds' : 'second or two'}.`;
  const hit = whole.length + partial.length;
  return hit > 0 && `${many(hit, 'other site')} lost devices in the same minutes.`;
}

/** Sites that show that the hub works. */
export function healthyElsewhere({ facts: { otherSites } }: LossPattern): Sentence {
  const { untouched } = otherSites;
  return untouched.length > 0 && `Still connected: ${many(untouched.length, 'other site')} of the hub.`;
}

import type { Digest, Message } from '../message.ts';
import { clockOf } from './clock.ts';
import { whoHasThis } from './controlReasons.ts';
import { cutText } from './cutText.ts';
import { type Phrase, plain, shownName } from './phrase.ts';
import { headlineOf } from './summary.ts';
import { whoFirst } from './whoDid.ts';

const namedSites = 3;
const siteChars = 30;
const authorChars = 40;

/** `10 incidents open, 2 resolved`. */
export function digestCounts(incidents: readonly Message[]): string {
  const open = incidents.filter(({ status }) => status === 'open').length;
  const over = incidents.length - open;
  const things = (count: number) => `${count} ${count === 1 ? 'incident' : 'incidents'}`;
  if (open === 0) return `${things(over)} resolved`;
  return over === 0 ? `${things(open)} open` : `${things(open)} open, ${over} resolved`;
}

/** The same with the first sites by name: the subject of a mail. */
export function digestTitle(incidents: readonly Message[]): Phrase {
  const sites = [...new Map(incidents.map(({ hub, site }) => [`${hub}|${site.id}`, site.name])).values()];
  const named = sites.slice(0, namedSites).map((name) => ({ name: shownName(name, siteChars) }));
  const more = sites.length - named.length;
  const last = more > 0 ? ` and ${more} more` : '';
  return [
    `${digestCounts(incidents)}: `,
    ...named.flatMap((name, index) => (index === 0 ? [name] : [', ', name])),
    last,
  ];
}

/** Why they come together. */
export const digestReason =
  'These notices came faster than the sending limit allows, so they are combined. Each incident is shown in its present state.';

/** So many lines fit in a message of Slack or Teams, however long the names are. */
export const mostListed = 30;
const longestLine = 300;

/** A digest as a headline and a list, for channels with little room: each incident in a line. */
export function digestAsList({ noticeId, incidents }: Digest) {
  return {
    id: noticeId,
    about: null,
    over: incidents.every(({ status }) => status === 'resolved'),
    summary: plain(digestTitle(incidents)),
    explanation: [digestReason],
    problems: incidents.map((message) => {
      const has = digestAcknowledgement(message);
      const since = `, ${sinceOf(message)}${has === null ? '' : `. ${plain(has)}`}`;
      return `${cutText(plain(headlineOf(message)), longestLine - since.length)}${since}`;
    }),
  };
}

/** `Ola Nordmann has this until 14:30`, by the site's clock; null: nobody has it, or it is over. */
export function digestAcknowledgement({ status, site, acknowledged, openedAtMs }: Message): Phrase | null {
  if (status === 'resolved' || acknowledged === null) return null;
  const clock = clockOf(site.timeZone, [acknowledged.untilMs]);
  return whoHasThis({ acknowledged, openedAtMs }, clock, (by) => whoFirst(by, authorChars));
}

/** When an incident began, by its site's clock. */
export function sinceOf({ status, site, losses, unstableSinceMs, openedAtMs }: Message): string {
  const sinceMs = losses?.first.notAfterMs ?? unstableSinceMs ?? openedAtMs;
  const clock = clockOf(site.timeZone, [sinceMs]);
  return `${status === 'open' ? 'since' : 'began'} ${clock.instant(sinceMs)}, ${clock.zone(sinceMs)}`;
}

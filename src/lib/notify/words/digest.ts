import type { Message } from '../message.ts';
import { type Phrase, shownName } from './phrase.ts';

const namedSites = 3;
const siteChars = 30;

/** `10 incidents open, 2 over`. */
export function digestCounts(incidents: readonly Message[]): string {
  const open = incidents.filter(({ status }) => status === 'open').length;
  const over = incidents.length - open;
  const things = (count: number) => `${count} ${count === 1 ? 'incident' : 'incidents'}`;
  if (open === 0) return `${things(over)} over`;
  return over === 0 ? `${things(open)} open` : `${things(open)} open, ${over} over`;
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

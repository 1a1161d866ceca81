import { oneLine } from '../notify/words/oneLine.ts';
import { effectInWords } from './events.ts';
import type { Evidence } from './evidence.ts';
import type { Moment } from './moment.ts';
import type { Times } from './words.ts';

/** So much of what came later is told. */
const most = 10;

/** What became of it since: later events of the device, and whom its incidents told. */
export function afterwards(
  { atMs, files }: Moment,
  { events }: Pick<Evidence, 'events'>,
  at: Times,
): string[] {
  const later = events
    .filter(({ receivedAtMs }) => receivedAtMs > atMs)
    .map((event) => ({ atMs: event.receivedAtMs, sentence: effectInWords(event, at) }));
  const told = files
    .flatMap(({ timeline }) => timeline)
    .filter((entry) => entry.atMs > atMs && entry.kind !== 'event' && entry.kind !== 'notice')
    .map((entry) => ({ atMs: entry.atMs, sentence: `${at(entry.atMs)}: ${oneLine(entry.sentence)}` }));
  return [...later, ...told]
    .sort((a, b) => a.atMs - b.atMs)
    .slice(0, most)
    .map(({ sentence }) => sentence);
}

import type { Message } from '../message.ts';
import type { Clock } from './clock.ts';
import { cutText } from './cutText.ts';
import { oneLine } from './oneLine.ts';
import type { Name, Phrase } from './phrase.ts';
import { whoDid, whoFirst } from './whoDid.ts';

/** So many notes of earlier incidents are shown, the newest. */
export const mostNotes = 3;

const longestNote = 300;

/** What people said, a line each. */
export type Notes = { readonly title: string; readonly lines: readonly Phrase[] };

/** The note of whoever has it, and what was noted at earlier incidents of the same device or site, newest first. */
export function notesInWords({ acknowledged, status, notes }: Message, clock: Clock): Notes[] {
  const own = status === 'open' && acknowledged?.note ? acknowledged : null;
  const from: Phrase[] = own?.note ? [[...whoFirst(own.by), ': ', noteIn(own.note)]] : [];
  const earlier = notes
    .slice(0, mostNotes)
    .map(({ by, atMs, text }): Phrase => [noteIn(text), ' (', ...whoDid(by), `, ${clock.instant(atMs)})`]);
  return [
    { title: 'From whoever has this', lines: from },
    { title: 'Last time somebody noted', lines: earlier },
  ].filter(({ lines }) => lines.length > 0);
}

/** Text from outside on one line; the characters of what is cut are counted. */
function noteIn(text: string): Name {
  const line = oneLine(text);
  const kept = cutText(line, longestNote);
  if (kept === line) return { name: line };
  const more = Array.from(line).length - Array.from(kept).length + 1;
  return { name: `${kept} (and ${more} more ${more === 1 ? 'character' : 'characters'})` };
}

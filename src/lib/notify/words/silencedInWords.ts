import type { QuietNow } from '../message.ts';
import type { Clock } from './clock.ts';
import { ofKnown } from './counts.ts';
import type { Name } from './phrase.ts';
import { whoDid } from './whoDid.ts';

const authorChars = 40;

/**
 * Devices that are down or flapping, and silenced: `3 more are silenced until 14:30 (by Ola Nordmann)`.
 * @param visible there are others that are not
 */
export function silencedInWords(
  silenced: number,
  quiet: QuietNow | undefined,
  {
    clock,
    openedAtMs,
    visible,
    known,
  }: { clock: Clock; openedAtMs: number; visible: boolean; known: number },
): readonly (string | Name)[] {
  const who = visible ? `${silenced} more` : ofKnown({ devices: silenced, modules: 0 }, known);
  const are = silenced === 1 ? 'is' : 'are';
  if (!quiet) return [`${who} ${are} silenced`];
  const how = { silence: 'silenced', maintenance: 'in planned work', both: 'silenced or in planned work' }[
    quiet.why
  ];
  const until = `until ${clock.shortInstant(quiet.untilMs, openedAtMs)}${quiet.someEarlier ? ' at the latest' : ''}`;
  const by = quiet.by === null ? [] : [' (by ', ...whoDid(quiet.by, authorChars), ')'];
  return [`${who} ${are} ${how} ${until}`, ...by];
}

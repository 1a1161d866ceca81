import type { Clock } from '../../notify/words/clock.ts';
import type { Phrase } from '../../notify/words/phrase.ts';
import type { LinkView } from './linkView.ts';

/**
 * What became of a press, carried in the address of the page that follows. It is a code of this list and nothing more:
 * the words come from what is true, so that an altered address can put none on the page.
 */
export const saidCodes = [
  'acknowledged',
  'taken-back',
  'silenced',
  'silence-ended',
  'noted',
  'ticked',
  'unticked',
  'stale',
  'over',
  'empty',
] as const;
export type SaidCode = (typeof saidCodes)[number];

export function readSaid(text: string | null): SaidCode | null {
  return saidCodes.find((code) => code === text) ?? null;
}

type Facts = Pick<LinkView, 'said' | 'acknowledged' | 'quiet' | 'endedAtMs' | 'notes' | 'nowMs'>;

/** Who acted, for the beginning of a sentence. */
export function actor(by: string): Phrase {
  return by.startsWith('the link sent to ') ? ['Somebody with ', { name: by }] : [{ name: by }];
}

/** What the page says first after a press; empty: nothing was pressed, or it is not so any more. */
export function saidInWords(facts: Facts, clock: Clock): Phrase[] {
  const { said, acknowledged, quiet, endedAtMs, notes, nowMs } = facts;
  const until = (atMs: number) => clock.shortInstant(atMs, nowMs);
  const whoHasIt: Phrase[] =
    acknowledged === null
      ? []
      : [[...partsOf(actor(acknowledged.by)), ` already has this until ${until(acknowledged.untilMs)}.`]];
  switch (said) {
    case null:
      return [];
    case 'acknowledged':
      return acknowledged === null
        ? []
        : [
            `Acknowledged until ${until(acknowledged.untilMs)}.`,
            'Reminders and escalation stop for everybody until then. Whatever is new is still told.',
          ];
    case 'taken-back':
      return acknowledged === null ? ['Taken back: nobody has this now. Escalation goes on.'] : whoHasIt;
    case 'silenced': {
      const last = Math.max(0, ...quiet.map(({ untilMs }) => untilMs));
      return last === 0
        ? []
        : [`Silenced until ${until(last)}. What has been told gets its all-clear all the same.`];
    }
    case 'silence-ended':
      return quiet.length === 0 ? ['The silence is over. What is still true is told now.'] : [];
    case 'noted':
      return notes.length === 0 ? [] : ['Your note is kept. The next incident here shows it.'];
    case 'ticked':
      return ['Ticked off, for everybody who opens this incident.'];
    case 'unticked':
      return ['No longer ticked off.'];
    case 'empty':
      return ['Nothing was added: the note was empty.'];
    case 'over':
      return endedAtMs === null ? [] : [`This is over since ${until(endedAtMs)}, so nothing was changed.`];
    case 'stale':
      return [
        ...whoHasIt,
        'Nothing was changed: the page that you pressed was an old one. This is how things are now.',
      ];
    default:
      return said satisfies never;
  }
}

function partsOf(phrase: Phrase): Exclude<Phrase, string> {
  return typeof phrase === 'string' ? [phrase] : phrase;
}

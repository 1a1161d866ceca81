import type { Clock } from '../../notify/words/clock.ts';
import type { Phrase } from '../../notify/words/phrase.ts';
import type { LinkView } from './linkView.ts';

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
    case 'silenced':
      return [...silencedNow(facts, clock), 'What has been told gets its all-clear all the same.'];
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
        ...(endedAtMs === null && acknowledged === null ? ['Nobody has this now.'] : whoHasIt),
        ...silencedNow(facts, clock),
        'Nothing was changed: the page that you pressed was an old one. This is how things are now.',
      ];
    default:
      return said satisfies never;
  }
}

function silencedNow({ quiet, nowMs }: Facts, clock: Clock): string[] {
  const last = Math.max(0, ...quiet.map(({ untilMs }) => untilMs));
  return last === 0 ? [] : [`Silenced until ${clock.shortInstant(last, nowMs)}.`];
}

function partsOf(phrase: Phrase): Exclude<Phrase, string> {
  return typeof phrase === 'string' ? [phrase] : phrase;
}

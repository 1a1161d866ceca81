import type { LetGo, Message } from '../message.ts';
import type { Clock } from './clock.ts';
import { oneLine } from './oneLine.ts';
import { type Name, type Phrase, shownName } from './phrase.ts';
import { whoDid } from './whoDid.ts';

/** What the sentences about controls are made of. They stand after a lead and before a full stop. */
export type ToldOfControls = Pick<
  Message,
  | 'reason'
  | 'counts'
  | 'openedAtMs'
  | 'hubLevel'
  | 'acknowledged'
  | 'acknowledgementEnded'
  | 'letGo'
  | 'toldFirst'
  | 'instead'
>;

type Parts = readonly (string | Name)[];

const nameChars = 60;

/** `Ola Nordmann has this until 14:30`; null: nobody has it. */
export function whoHasThis(
  { acknowledged, openedAtMs }: Pick<Message, 'acknowledged' | 'openedAtMs'>,
  clock: Clock,
  who: (by: string) => Parts = whoDid,
): Parts | null {
  if (acknowledged === null) return null;
  return [...who(acknowledged.by), ` has this until ${clock.shortInstant(acknowledged.untilMs, openedAtMs)}`];
}

/** `Ola Nordmann had this until 14:30. Nobody has it now, and it is still going on`. */
export function acknowledgementEnd(
  { acknowledgementEnded: ended, openedAtMs }: ToldOfControls,
  clock: Clock,
): Phrase {
  const now = 'Nobody has it now, and it is still going on';
  if (!ended) return 'nobody has this any more, and it is still going on';
  const { by, atMs, endedBy } = ended;
  if (endedBy === null)
    return [...whoDid(by), ` had this until ${clock.shortInstant(atMs, openedAtMs)}. ${now}`];
  if (endedBy === by) return [...whoDid(by), ` has given this back. ${now}`];
  return [...whoDid(endedBy), ' ended the acknowledgement by ', ...whoDid(by), `. ${now}`];
}

/** null: nobody had it when the severity rose. */
export function riseAboveAcknowledgement({ acknowledgementEnded: ended }: ToldOfControls): Phrase | null {
  if (!ended) return null;
  return [
    'more devices are affected, so the severity rose, and the acknowledgement by ',
    ...whoDid(ended.by),
    ' has ended',
  ];
}

/** `the silence by Ola Nordmann ended at 14:30, and this device is still offline`. */
export function controlEnd(message: ToldOfControls, clock: Clock): Phrase {
  const left = message.reason === 'didNotReturn' ? notBack(message) : stillThere(message);
  return [...endOf(message, clock), `, and ${left}`];
}

/** `the silence by Ola Nordmann ended at 14:30`, `the planned work “Sunday service” is over`. */
function endOf({ letGo, reason, openedAtMs }: ToldOfControls, clock: Clock): Parts {
  const what = controlIn(letGo, reason);
  if (!letGo) return [...what, ' is over'];
  const { atMs, by, endedBy, why } = letGo;
  const at = atMs === null ? '' : ` at ${clock.shortInstant(atMs, openedAtMs)}`;
  if (endedBy !== null) return [...whoDid(endedBy), ' ended ', ...what, at];
  const whose = by !== null && why === 'silence' ? [' by ', ...whoDid(by)] : [];
  return [...what, ...whose, at === '' ? ' is over' : ` ended${at}`];
}

function controlIn(letGo: LetGo | undefined, reason: Message['reason']): Parts {
  const silence = letGo ? letGo.why === 'silence' : reason === 'silenceEnded';
  if (silence) return ['the silence'];
  const name = letGo?.name ?? null;
  return name === null
    ? ['the planned work']
    : ['the planned work “', { name: shownName(oneLine(name), nameChars) }, '”'];
}

function stillThere({ counts, hubLevel }: ToldOfControls): string {
  const { offline, several } = whatIsLeft(counts);
  if (hubLevel) return 'this is still going on';
  if (offline) return several ? 'these devices are still offline' : 'this device is still offline';
  return several ? 'these connections keep dropping' : 'this connection keeps dropping';
}

function notBack(message: ToldOfControls): string {
  const { offline, several } = whatIsLeft(message.counts);
  if (message.hubLevel) return 'the connections have not come back';
  if (!offline) return stillThere(message);
  return several ? 'these devices have not come back' : 'this device has not come back';
}

function whatIsLeft({ offline, flapping, modules }: Message['counts']): {
  offline: boolean;
  several: boolean;
} {
  const down = offline + (modules?.offline ?? 0);
  return { offline: down > 0, several: down + flapping + (modules?.flapping ?? 0) > 1 };
}

/** `oslo-operators was told at 09:21, but nobody has this, so it comes to you`. */
export function escalation({ toldFirst, instead, openedAtMs }: ToldOfControls, clock: Clock): Phrase {
  if (instead) return [nameOf(instead.receiver), ' could not be reached, so this comes to you'];
  const nobody = 'nobody has this, so it comes to you';
  if (!toldFirst || toldFirst.length === 0) return nobody;
  const reached = toldFirst.filter((one) => one.reached);
  if (reached.length === 0) return [...listed(toldFirst), ` could not be told, and ${nobody}`];
  const atMs = Math.min(...reached.map((one) => one.atMs));
  const told = reached.length > 1 ? 'were told from' : 'was told at';
  const at = `${told} ${clock.shortInstant(atMs, openedAtMs)}${reached.length > 1 ? ' on' : ''}`;
  return [...listed(reached), ` ${at}, but ${nobody}`];
}

/** `oslo-operators, lead and hall`. */
function listed(receivers: readonly { readonly receiver: string }[]): Parts {
  return receivers.flatMap(({ receiver }, index): Parts => {
    if (index === 0) return [nameOf(receiver)];
    return [index === receivers.length - 1 ? ' and ' : ', ', nameOf(receiver)];
  });
}

function nameOf(receiver: string): Name {
  return { name: shownName(receiver, nameChars) };
}

import { clockOf } from '../notify/words/clock.ts';
import { durationInWords } from '../notify/words/durationInWords.ts';

/** A time in which the responder could not see. Milliseconds. */
export type Gap = { readonly fromMs: number; readonly untilMs: number };

/** Events that were late by more than `lateAfterMs`: when the first of them happened, and when the last came. */
export type LateEvents = Gap & { readonly count: number };

/** What the responder remembers of itself between two runs of the sweep. */
export type SelfWatch = {
  readonly ranAtMs: number;
  /** A gap that nobody was told of yet; what is found on waking is added for a while. */
  readonly open:
    | (Gap & { readonly seenAtMs: number; readonly events: number; readonly sites: number })
    | null;
  /** The gap that was told last: the same is not told again. */
  readonly told: Gap | null;
};

/** An event that comes this much after it happened was late. */
export const lateAfterMs = 10 * 60_000;

/** What is found on waking is looked for this long before a gap is told. */
const settleMs = 20_000;

/** A gap to tell of, with what was found afterwards. */
export type Blindness = Gap & { readonly events: number; readonly sites: number };

/**
 * One run of the sweep looks back: at the time since the last run, and at events that came late. A gap is told once, when
 * nothing more has been found for a moment; late events of a gap that was told belong to it.
 *
 * @param before null: this is the first run ever
 * @param sites how many sites this run found overdue
 */
export function lookBack(
  before: SelfWatch | null,
  late: LateEvents | null,
  sites: number,
  blindAfterMs: number,
  nowMs: number,
): { readonly watch: SelfWatch; readonly tell: Blindness | null } {
  if (before === null) return { watch: { ranAtMs: nowMs, open: null, told: null }, tell: null };
  const { ranAtMs, told } = before;
  const silent: Gap | null = nowMs - ranAtMs > blindAfterMs ? { fromMs: ranAtMs, untilMs: nowMs } : null;
  const unknown = late !== null && !covers(told, late) && !covers(before.open, late) ? late : null;
  const found = [silent, unknown].filter((gap) => gap !== null);
  const first = before.open ?? found[0];
  if (!first) return { watch: { ranAtMs: nowMs, open: null, told }, tell: null };
  const all = [first, ...found];
  const open = {
    fromMs: Math.min(...all.map(({ fromMs }) => fromMs)),
    untilMs: Math.max(...all.map(({ untilMs }) => untilMs)),
    seenAtMs: found.length > 0 ? nowMs : (before.open?.seenAtMs ?? nowMs),
    events: (before.open?.events ?? 0) + (unknown?.count ?? 0),
    sites: Math.max(before.open?.sites ?? 0, sites),
  };
  if (nowMs - open.seenAtMs < settleMs) return { watch: { ranAtMs: nowMs, open, told }, tell: null };
  const { seenAtMs: _, ...blindness } = open;
  const gap = { fromMs: open.fromMs, untilMs: open.untilMs };
  return { watch: { ranAtMs: nowMs, open: null, told: gap }, tell: blindness };
}

/** Whether late events happened in a gap that is known: those that come still are part of it. */
function covers(gap: Gap | null, { fromMs }: Gap): boolean {
  return gap !== null && fromMs >= gap.fromMs - lateAfterMs && fromMs <= gap.untilMs;
}

/** What the people who run the responder are told. Times are UTC: they may sit anywhere. */
export function blindnessInWords({ fromMs, untilMs, events, sites }: Blindness) {
  const clock = clockOf('UTC');
  const from = clock.instant(fromMs);
  const until = clock.shortInstant(untilMs, fromMs);
  const found = [
    ...(events > 0 ? [`${events} ${events === 1 ? 'event' : 'events'} came late`] : []),
    ...(sites > 0 ? [`${sites} ${sites === 1 ? 'site was' : 'sites were'} overdue`] : []),
  ];
  return {
    summary: `The responder was blind between ${from} and ${until} UTC`,
    explanation: [
      `For ${durationInWords(untilMs - fromMs)} it did not run, or events reached it late. Whatever was lost or came back in that time was noticed only afterwards.`,
      'There is nothing to do about the devices: notices tell how things stand now. Look at the function app and Event Grid for the reason.',
    ],
    problems: found.length > 0 ? found : ['nothing was overdue, and no event came late'],
  };
}

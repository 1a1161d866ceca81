import type { Reason } from '../../incident/reasons.ts';
import type { Clock } from '../../notify/words/clock.ts';
import type { NoticeFate } from './linkView.ts';

const about: Readonly<Record<Reason, string>> = {
  outageBegan: 'the outage',
  outageGrew: 'more devices offline',
  severityRose: 'the rise in severity',
  partlyRecovered: 'some devices back',
  recovered: 'the all-clear',
  diagnosisArrived: 'the likely cause',
  flappingBegan: 'the flapping',
  flappingEnded: 'the end of the flapping',
  reminder: 'a reminder',
  escalated: 'the outage, in place of or after others',
  noLongerFollowed: 'what is no longer followed',
  acknowledged: 'the acknowledgement',
  acknowledgementEnded: 'the end of the acknowledgement',
  silenceEnded: 'what is still true after the silence',
  didNotReturn: 'what did not come back after the planned work',
};

/** What became of one notice. What went wrong may name an address, so it is not told here. */
export function noticeInWords(
  { reason, state, attempts, atMs }: NoticeFate,
  clock: Clock,
  nowMs: number,
): string {
  const what = about[reason];
  const at = clock.shortInstant(atMs, nowMs);
  switch (state) {
    case 'sent':
      return `told of ${what} at ${at}`;
    case 'pending':
      return attempts === 0
        ? `${what}: on its way since ${at}`
        : `${what}: not reached yet after ${attempts} ${attempts === 1 ? 'try' : 'tries'}, is tried again`;
    case 'failed':
      return `${what}: could not be told, given up at ${at}`;
    case 'dropped':
      return `${what}: not told, it was no longer so at ${at}`;
    default:
      return state satisfies never;
  }
}

import type { SendResult } from '../../../channel.ts';
import { handleOf, type Progress, tagOf } from './progress.ts';

/** What a mail server answered about one recipient, or about the mail as a whole: `451`, `550 5.1.1`. */
export type Reply = { readonly code: string };

/** What came of handing a mail over to some of its recipients. */
export type HandOver = {
  /** Those for whom the server took the mail. */
  readonly accepted: readonly string[];
  /** Those whom the server refused, by address: 4xx for now, 5xx for good (RFC 5321 §4.2.1). */
  readonly rejected: ReadonlyMap<string, Reply>;
  /** What happened to all others; null: there are none. */
  readonly fault: Fault | null;
};

export type Fault = {
  readonly error: string;
  /** The server refused the mail itself: trying again cannot help. */
  readonly forGood: boolean;
  /** The mail was on its way, and no answer came. */
  readonly outcomeUnknown: boolean;
  readonly timedOut: boolean;
};

/**
 * What an attempt means for a notice. Recipients are judged one by one: who was accepted has it; who was refused for now
 * is tried again, alone; who was refused for good is named, and the fallback is told.
 *
 * @param to all addresses of the receiver
 * @param before how far the notice had come
 */
export function judge(to: readonly string[], before: Progress, done: HandOver): SendResult {
  const after = progressAfter(before, done);
  const handle = handleOf(after);
  const waiting = to.filter((address) => stillWaits(address, after));
  const refused = to.flatMap((address) => {
    const answer = after.refused.get(tagOf(address));
    return answer === undefined ? [] : [`${answer} for ${address}`];
  });
  const someHaveIt = after.accepted.length > 0;
  const refusals = refused.length > 0 ? [`the mail server refused ${refused.join(', ')}`] : [];
  if (waiting.length === 0) {
    if (refused.length === 0) return { kind: 'sent', handle, ...earlier(before) };
    const error = refusals.join();
    return someHaveIt
      ? { kind: 'sentPartly', error, handle, ...earlier(before) }
      : { kind: 'failedPermanently', error, handle: null };
  }
  const { fault } = done;
  if (fault?.forGood) {
    const error = [...refusals, fault.error].join('; ');
    return someHaveIt
      ? { kind: 'sentPartly', error, handle, ...earlier(before) }
      : { kind: 'failedPermanently', error, handle: null };
  }
  const forNow = waiting.flatMap((address) => {
    const reply = done.rejected.get(address);
    return reply ? [`${reply.code} for ${address}`] : [];
  });
  const reasons = [
    ...refusals,
    ...(forNow.length > 0 ? [`the mail server put off ${forNow.join(', ')}`] : []),
    ...(fault ? [fault.error] : []),
  ];
  return {
    kind: 'failedTemporarily',
    error: reasons.join('; '),
    retryAfterMs: null,
    outcomeUnknown: someHaveIt || (fault?.outcomeUnknown ?? false),
    timedOut: fault?.timedOut ?? false,
    handle,
    ...(refused.length > 0 ? { refusedInPart: true } : {}),
  };
}

/** Whether an address has neither the mail nor a refusal for good. */
export function stillWaits(address: string, { accepted, refused }: Progress): boolean {
  const tag = tagOf(address);
  return !accepted.includes(tag) && !refused.has(tag);
}

/** Who got the mail at an earlier attempt has read that wording, not this one. */
function earlier({ accepted }: Progress): { readonly someHeardEarlier?: true } {
  return accepted.length > 0 ? { someHeardEarlier: true } : {};
}

function progressAfter({ noticeId, accepted, refused }: Progress, done: HandOver): Progress {
  const forGood = [...done.rejected].filter(([, { code }]) => code.startsWith('5'));
  return {
    noticeId,
    accepted: [...accepted, ...done.accepted.map(tagOf)],
    refused: new Map([
      ...refused,
      ...forGood.map(([address, { code }]): [string, string] => [tagOf(address), code]),
    ]),
  };
}

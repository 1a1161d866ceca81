import type { Diagnoser, Diagnosis } from '../../src/lib/diagnosis/diagnosis.ts';
import type { Channels, SendResult } from '../../src/lib/notify/channel.ts';
import { isAnnouncement, type Message } from '../../src/lib/notify/message.ts';
import type { RowStore } from '../../src/lib/store/rowStore.ts';

export type CallOptions = { readonly mayFail?: boolean; readonly delayMs?: number };

/** A call that leaves the process, as the world carries it out. */
export type Call = <Result>(effect: () => Promise<Result> | Result, options?: CallOptions) => Promise<Result>;

/** A message that reached a receiver, whatever the product came to know of it. */
export type Heard = {
  readonly atMs: number;
  readonly receiver: string;
  readonly message: Message;
};

/** A request to a receiver, whether it arrived or not. */
export type Request = {
  readonly atMs: number;
  readonly receiver: string;
  readonly incidentId: string;
  readonly noticeId: string;
  /** The receiver asked not to be called again for this long; null: it did not. */
  readonly retryAfterMs: number | null;
  /** The ledger takes it for told, or half so, though it was refused for good, or nobody answered. */
  readonly doubtful: boolean;
};

/** How a receiver answers a request; `heard` false: the request never arrived. */
export type Answer = { readonly result: SendResult; readonly heard: boolean; readonly afterMs?: number };

/** What the logs answer, and after how long. */
export type LogsAnswer = {
  readonly diagnosis: Partial<Diagnosis>;
  readonly afterMs?: number;
  readonly fails?: boolean;
};

export const nothingFound: Diagnosis = {
  status: 'available',
  cause: 'unknown',
  confidence: 'low',
  summary: '',
  errors: [],
  steps: [],
  evidence: { for: [], against: [] },
  unavailableBecause: null,
  also: [],
  lostAtMs: {},
};

/** @param lostRace is told of each write that another writer was faster than */
export function rowsBehind(call: Call, rows: RowStore, lostRace: () => void): RowStore {
  return {
    get: (partition, key) => call(() => rows.get(partition, key)),
    getMany: (partition, keys) => call(() => rows.getMany(partition, keys)),
    range: (partition, from, to) => call(() => rows.range(partition, from, to)),
    page: (partition, from, to, limit) => call(() => rows.page(partition, from, to, limit)),
    commit: async (partition, writes) => {
      const result = await call(() => rows.commit(partition, writes));
      if (result.kind === 'superseded') lostRace();
      return result;
    },
  };
}

/** Receivers that answer by a script, and take down what they are asked and what they hear. */
export function receiversBehind(
  call: Call,
  now: () => number,
  record: { readonly requests: Request[]; readonly heard: Heard[] },
  answerOf: (message: Message, nowMs: number) => Answer = () => ({ result: { kind: 'sent' }, heard: true }),
): Channels {
  return {
    send: async (message, { name: receiver }, nowMs) => {
      if (isAnnouncement(message)) return { kind: 'sent' };
      const { result, heard, afterMs: delayMs = 0 } = answerOf(message, nowMs);
      const retryAfterMs = result.kind === 'failedTemporarily' ? result.retryAfterMs : null;
      const unanswered = result.kind === 'failedTemporarily' && result.outcomeUnknown;
      const doubtful = unanswered || result.kind === 'failedPermanently';
      const arrive = () => {
        const { noticeId, incidentId } = message;
        record.requests.push({ atMs: now(), receiver, incidentId, noticeId, retryAfterMs, doubtful });
        if (heard) record.heard.push({ atMs: now(), receiver, message });
        return result;
      };
      return call(arrive, { delayMs });
    },
  };
}

export function logsBehind(
  call: Call,
  answerOf: (nowMs: number) => LogsAnswer = () => ({ diagnosis: {} }),
): Diagnoser {
  return {
    diagnose: (requests, nowMs) => {
      const { diagnosis, fails = false, afterMs: delayMs = 0 } = answerOf(nowMs);
      const answer = () => {
        if (fails) throw new Error('the logs broke');
        return requests.map(() => ({ ...nothingFound, ...diagnosis }));
      };
      return call(answer, { delayMs });
    },
  };
}

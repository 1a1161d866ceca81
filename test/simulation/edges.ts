import type { Diagnoser, Diagnosis, DiagnosisRequest } from '../../src/lib/diagnosis/diagnosis.ts';
import type { Handle } from '../../src/lib/incident/handle.ts';
import type { Channels, SendResult } from '../../src/lib/notify/channel.ts';
import { isAnnouncement, isDigest, type Message } from '../../src/lib/notify/message.ts';
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
  /** Refused for good: what it said is not said again. */
  readonly refused: boolean;
  /** Nobody answered, so it may have been read. */
  readonly unanswered: boolean;
  /** When the request began. */
  readonly startedAtMs: number;
  /** What it knew of the answers before. */
  readonly given: Handle | null;
  /** What its answer left behind; null: there was no answer. */
  readonly left: Handle | null;
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

/** What an instance does with rows, as the world carries it out. */
export type RowEdge = {
  /** A call to storage, which is counted. */
  readonly call: Call;
  /** The next page of a range: it may be the last of its instance too, and is no call of its own. */
  readonly nextPage: Call;
  /** How many rows a call read. */
  readonly read: (rows: number) => void;
  /** A write that another writer was faster than. */
  readonly lostRace: () => void;
  /** Rows of a page of a range; the pages share no snapshot. */
  readonly pageSize: number;
};

export function rowsBehind({ call, nextPage, read, lostRace, pageSize }: RowEdge, rows: RowStore): RowStore {
  const counted = <Result>(result: Result, count: number): Result => {
    read(count);
    return result;
  };
  return {
    get: async (partition, key) => {
      const row = await call(() => rows.get(partition, key));
      return counted(row, row ? 1 : 0);
    },
    getMany: async (partition, keys) => {
      const found = await call(() => rows.getMany(partition, keys));
      return counted(found, found.length);
    },
    range: async (partition, from, to) => {
      let page = await call(() => rows.page(partition, from, to, pageSize));
      const found = page.rows;
      while (page.next !== null) {
        const { next } = page;
        page = await nextPage(() => rows.page(partition, next, to, pageSize));
        found.push(...page.rows);
      }
      return counted(found, found.length);
    },
    page: async (partition, from, to, limit) => {
      const page = await call(() => rows.page(partition, from, to, limit));
      return counted(page, page.rows.length);
    },
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
    // Each of them has its own limit or none: see `configs.ts`.
    pacingOf: ({ name, rateLimit }) => ({
      merges: true,
      limits: rateLimit ? [{ name, rates: [rateLimit], weight: 1 }] : [],
    }),
    send: async (sent, { name: receiver }, nowMs, given = null) => {
      if (isAnnouncement(sent)) return { kind: 'sent' };
      const messages = isDigest(sent) ? sent.incidents : [sent];
      const { result, heard, afterMs: delayMs = 0 } = answerOf(messages[0]!, nowMs);
      const retryAfterMs = result.kind === 'failedTemporarily' ? result.retryAfterMs : null;
      const unanswered = result.kind === 'failedTemporarily' && result.outcomeUnknown;
      const refused = result.kind === 'failedPermanently';
      const doubtful = unanswered || refused;
      const startedAtMs = now();
      const arrive = () => {
        const number = record.requests.length;
        const { incidentId: first } = messages[0]!;
        const alone = messages.length === 1;
        const left = unanswered || !alone ? null : { kind: 'told', receiver, incidentId: first, number };
        for (const message of messages) {
          const { noticeId, incidentId } = message;
          record.requests.push({
            atMs: now(),
            startedAtMs,
            receiver,
            incidentId,
            noticeId,
            retryAfterMs,
            doubtful,
            refused,
            unanswered,
            given: alone ? given : null,
            left,
          });
          if (heard) record.heard.push({ atMs: now(), receiver, message });
        }
        return left === null ? result : { ...result, handle: left };
      };
      return call(arrive, { delayMs });
    },
  };
}

/** What a question was about, as its answer carries it: the loss of each device, by id; null: it only flaps. */
export type AskedDevices = { readonly [deviceId: string]: number | 'flapping' | null };

function evidenceOf({ devices }: DiagnosisRequest): Diagnosis['evidence'] {
  const about: AskedDevices = Object.fromEntries(
    devices.map(({ deviceId, lostAtMs, flapping }) => [deviceId, flapping ? 'flapping' : lostAtMs]),
  );
  return { for: [JSON.stringify(about)], against: [] };
}

/** What the diagnosis of a message was asked about; null: it names nothing that was asked for. */
export function askedDevicesOf({ diagnosis }: Message): AskedDevices | null {
  const [about] = diagnosis.evidence.for;
  return about?.startsWith('{') ? (JSON.parse(about) as AskedDevices) : null;
}

/** A question to the logs, of two queries, for as long as its asker waits for it. */
export type Asked = { readonly fromMs: number; readonly toMs: number };

export function logsBehind(
  call: Call,
  now: () => number,
  asked: Asked[],
  answerOf: (nowMs: number, requests: readonly DiagnosisRequest[]) => LogsAnswer = () => ({ diagnosis: {} }),
): Diagnoser {
  return {
    // One about its rows, one about what is around them.
    isSetUp: true,
    queriesFor: () => 2,
    diagnose: (requests, nowMs, budgetMs) => {
      const { diagnosis, fails = false, afterMs: delayMs = 0 } = answerOf(nowMs, requests);
      asked.push({ fromMs: now(), toMs: now() + Math.min(delayMs, budgetMs) });
      const answer = () => {
        if (fails) throw new Error('the logs broke');
        return requests.map((request) => ({ ...nothingFound, evidence: evidenceOf(request), ...diagnosis }));
      };
      return call(answer, { delayMs });
    },
  };
}

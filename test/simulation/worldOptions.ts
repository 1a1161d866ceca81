import type { App } from '../../src/lib/app/app.ts';
import type { DiagnosisRequest } from '../../src/lib/diagnosis/diagnosis.ts';
import type { HubMetrics } from '../../src/lib/hubWatch/hubMetrics.ts';
import type { Message } from '../../src/lib/notify/message.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import type { Log } from '../../src/lib/telemetry/log.ts';
import type { Answer, LogsAnswer } from './edges.ts';

/** What an invocation that went well spent. */
export type Spending = {
  readonly work: 'receive' | 'evaluate' | 'deliver' | 'ask' | 'sweep' | 'watch' | 'act';
  /** Events of the delivery; 0 for other work. */
  readonly events: number;
  /** Calls to the table and to queues, without the messages of new notices. */
  calls: number;
  /** Writes that another writer was faster than; each costs a second try. */
  lostRaces: number;
  rowsRead: number;
};

export type WorldOptions = {
  readonly config: Rules;
  readonly startMs: number;
  readonly seed?: number;
  /** Invocations run at once, in an order that the seed decides, on this many instances. */
  readonly instances?: number;
  /** Calls after which the instance that makes the next one dies. Counted over the whole run. */
  readonly crashesAt?: readonly number[];
  /** Calls at which storage answers with a fault. */
  readonly faultsAt?: readonly number[];
  /** Messages to a queue, counted, that the queue delivers once more as they are. */
  readonly copiesAt?: readonly number[];
  readonly answer?: (message: Message, nowMs: number) => Answer;
  readonly diagnose?: (nowMs: number, requests: readonly DiagnosisRequest[]) => LogsAnswer;
  readonly hubMetrics?: HubMetrics;
  /** Rows of a page of a range; the pages share no snapshot. */
  readonly pageSize?: number;
  /** Pages and messages come up to this much later than asked for. */
  readonly latencyMs?: number;
  /** The instances that the world begins with run the code version before. */
  readonly older?: boolean;
  readonly log?: Log;
  /** Instances look for controls as they do in Azure; left out: only where somebody has decided by newer ones. */
  readonly looksAtControls?: boolean;
};

export type QueueName = 'evaluations' | 'notices';
export type Queued = { queue: QueueName; body: unknown; visibleAtMs: number; dequeued: number };
/** What somebody asks of an instance. */
export type Ask = { readonly atMs: number; readonly work: (app: App) => Promise<unknown> };
export type Post = { body: readonly object[]; dueAtMs: number; tries: number; inWork: boolean };

/**
 * The real host keeps a message in work invisible for this long, and does so after a crash too
 * (docs/platform.md#queue-messages-in-work).
 */
export const leaseMs = 600_000;
export const retryVisibleMs = 5_000;
export const mostDequeues = 5;
export const sweepEveryMs = 60_000;
export const watchEveryMs = 5 * 60_000;
export const mostInWork = 24;

import { setTimeout as sleep } from 'node:timers/promises';
import { batchInput, type SentMessage, type StoredMessage } from './eventHubMessage.ts';
import type { TriggerInput } from './invoke.ts';

const partitionCount = 4;

/** How often, and after how long, a batch that failed is tried again; as `retry` of the function has it. */
export type RetryOptions = {
  /** -1: without end. */
  readonly maxRetryCount: number;
  readonly firstMs: number;
  readonly longestMs: number;
};

type EventHubOptions = {
  readonly maxBatchSize: number;
  /** undefined: a batch that failed is not tried again. */
  readonly retry: RetryOptions | undefined;
  /** Whether the function succeeded. */
  readonly run: (input: TriggerInput) => Promise<boolean>;
};

/** An event hub in memory, with the trigger of one function. */
export type LocalEventHub = {
  send(messages: readonly SentMessage[]): void;
  /** Takes no more batches, and waits up to `graceMs` for those in work. */
  stop(graceMs: number): Promise<void>;
};

/**
 * Hands over what is sent partition by partition, in order and in batches, as the Event Hubs extension 6.x does: a batch
 * whose function failed, and whose retries are over, counts as read, and the next follows.
 */
export function startEventHub({ maxBatchSize, retry, run }: EventHubOptions): LocalEventHub {
  const stopping = new AbortController();
  const partitions = Array.from({ length: partitionCount }, () => ({
    waiting: [] as StoredMessage[],
    reading: Promise.resolve(),
    next: 0,
  }));
  let turn = 0;

  async function read(partition: number): Promise<void> {
    const { waiting } = partitions[partition]!;
    while (waiting.length > 0 && !stopping.signal.aborted) {
      const batch = waiting.splice(0, maxBatchSize);
      await handOver(batchInput(partition, batch));
    }
  }

  async function handOver(input: TriggerInput): Promise<void> {
    for (let tries = 0; !stopping.signal.aborted; tries++) {
      if (await run(input)) return;
      if (!retry || (retry.maxRetryCount >= 0 && tries >= retry.maxRetryCount)) return;
      const waitMs = Math.min(retry.firstMs * 2 ** tries, retry.longestMs);
      await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  return {
    send(messages) {
      for (const message of messages) {
        const { partitionKey } = message;
        const index = (partitionKey === null ? turn++ : hash(partitionKey)) % partitionCount;
        const partition = partitions[index]!;
        partition.waiting.push({ ...message, sequenceNumber: partition.next++, enqueuedAt: new Date() });
      }
      for (const [index, partition] of partitions.entries())
        partition.reading = partition.reading.then(() => read(index));
    },
    async stop(graceMs) {
      stopping.abort();
      const finished = Promise.all(partitions.map(({ reading }) => reading));
      await Promise.race([finished, sleep(graceMs, undefined, { ref: false })]);
    },
  };
}

function hash(text: string): number {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + character.charCodeAt(0)) >>> 0;
  return sum;
}

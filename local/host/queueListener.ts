import { setTimeout as sleep } from 'node:timers/promises';
import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import type { HostSettings } from './hostSettings.ts';
import type { TriggerInput } from './invoke.ts';
import { decodeMessage, messageMetadata } from './queueMessage.ts';

/** How long a message in work stays invisible, renewed at half time: the figures of the real host. */
const leaseMs = 600_000;
const fastestPollMs = 50;
const slowestPollMs = 250;
const slowestRetryMs = 2_000;
/** A storage that stays silent must not hold the listener. */
const callLimitMs = 10_000;

type QueueListenerOptions = {
  readonly queue: QueueClient;
  /** Where messages go that fail for good; undefined for a function that itself reads a poison queue. */
  readonly poison: QueueClient | undefined;
  readonly settings: HostSettings['queues'];
  /** Whether the function succeeded. */
  readonly run: (input: TriggerInput) => Promise<boolean>;
  readonly warn: (message: string) => void;
};

export type QueueListener = {
  /** Fetches no more, waits up to `graceMs` for messages in work, and gives the others back to the queue. */
  stop(graceMs: number): Promise<void>;
};

/** Reads one queue as the storage extension 5.x does: batches, leases, attempts and the poison queue. */
export function startQueueListener(options: QueueListenerOptions): QueueListener {
  const { queue, settings, warn } = options;
  const stopping = new AbortController();
  const inWork = new Map<MessageInWork, Promise<void>>();
  const polling = poll();

  async function poll(): Promise<void> {
    let waitMs = fastestPollMs;
    let failing = false;
    while (!stopping.signal.aborted) {
      try {
        const { receivedMessageItems } = await queue.receiveMessages({
          numberOfMessages: settings.batchSize,
          visibilityTimeout: leaseMs / 1000,
          abortSignal: AbortSignal.timeout(callLimitMs),
        });
        failing = false;
        for (const item of receivedMessageItems) start(item);
        waitMs = receivedMessageItems.length > 0 ? 0 : nextWait(waitMs, slowestPollMs);
      } catch (error) {
        // A queue that does not exist yet is an empty one.
        const missing = statusOf(error) === 404;
        if (!missing && !failing)
          warn(`queue ${queue.name} cannot be read, trying on: ${(error as Error).message}`);
        failing = !missing;
        waitMs = nextWait(waitMs, missing ? slowestPollMs : slowestRetryMs);
      }
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => {});
      while (inWork.size > settings.newBatchThreshold && !stopping.signal.aborted) {
        await Promise.race(inWork.values());
      }
    }
  }

  function start(item: DequeuedMessageItem): void {
    const message = new MessageInWork(options, item);
    const done = message
      .process()
      .catch((error: unknown) => warn(`queue ${queue.name}: ${(error as Error).message}`))
      .finally(() => inWork.delete(message));
    inWork.set(message, done);
  }

  return {
    async stop(graceMs) {
      stopping.abort();
      const finished = polling.then(() => Promise.all(inWork.values()));
      await Promise.race([finished, sleep(graceMs, undefined, { ref: false })]);
      await Promise.allSettled([...inWork.keys()].map((message) => message.giveBack(0)));
    },
  };
}

class MessageInWork {
  private readonly options: QueueListenerOptions;
  private readonly item: DequeuedMessageItem;
  private popReceipt: string;

  constructor(options: QueueListenerOptions, item: DequeuedMessageItem) {
    this.options = options;
    this.item = item;
    this.popReceipt = item.popReceipt;
  }

  async process(): Promise<void> {
    const { settings, poison, run } = this.options;
    const text = decodeMessage(this.item.messageText, settings.messageEncoding);
    if (text === undefined) return this.setAside('is not in the encoding that host.json names');
    if (poison && this.item.dequeueCount > settings.maxDequeueCount)
      return this.setAside('was tried too often');

    const renewing = setInterval(() => void this.giveBack(leaseMs).catch(() => {}), leaseMs / 2);
    const succeeded = await run({
      data: { string: text },
      triggerMetadata: messageMetadata(this.item, text),
    }).finally(() => clearInterval(renewing));

    if (succeeded) await this.delete();
    else if (!poison) return;
    else if (this.item.dequeueCount >= settings.maxDequeueCount) await this.setAside('has failed for good');
    else await this.giveBack(settings.visibilityTimeoutMs);
  }

  /** Sets the time until the message is visible, from now. */
  async giveBack(visibleInMs: number): Promise<void> {
    const { queue } = this.options;
    const updated = await queue.updateMessage(
      this.item.messageId,
      this.popReceipt,
      undefined,
      visibleInMs / 1000,
      { abortSignal: AbortSignal.timeout(callLimitMs) },
    );
    this.popReceipt = updated.popReceipt ?? this.popReceipt;
  }

  private async delete(): Promise<void> {
    await this.options.queue.deleteMessage(this.item.messageId, this.popReceipt, {
      abortSignal: AbortSignal.timeout(callLimitMs),
    });
  }

  /** The copy has only the body: id, times and count are those of a new message. */
  private async setAside(why: string): Promise<void> {
    const { queue, poison, warn } = this.options;
    if (poison) {
      warn(`queue ${queue.name}: message ${this.item.messageId} ${why}, moved to ${poison.name}`);
      const abortSignal = AbortSignal.timeout(callLimitMs);
      await poison.createIfNotExists({ abortSignal });
      await poison.sendMessage(this.item.messageText, { abortSignal });
    }
    await this.delete();
  }
}

function nextWait(waitMs: number, slowestMs: number): number {
  return Math.min(Math.max(waitMs * 2, fastestPollMs), slowestMs);
}

function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}

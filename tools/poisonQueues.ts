import type { DequeuedMessageItem, QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { decodeMessage } from '../local/host/queueMessage.ts';
import { messageFault, type QueueName } from '../src/lib/store/queueMessages.ts';

/** A message that the host set aside. Its copy has only the body: id and times are those of the copy. */
export type PoisonMessage = {
  readonly id: string;
  readonly setAsideAt: Date;
  /** When the service removes it: a poison copy is kept for seven days. */
  readonly expiresAt: Date;
  /** Decoded, or as it is when it is not Base64. */
  readonly text: string;
  /** What is wrong with it; null: nothing, so its work failed five times. */
  readonly fault: string | null;
};

/** What the service shows at most without taking messages out. */
const mostShown = 32;

/** While they are looked through, messages are invisible for this long; a crash leaves them there. */
const takenSeconds = 60;

/** The messages at the head of a poison queue, and about how many there are in all. */
export async function listPoison(
  service: QueueServiceClient,
  queue: QueueName,
): Promise<{ readonly messages: readonly PoisonMessage[]; readonly total: number }> {
  const poison = poisonOf(service, queue);
  if (!(await poison.exists())) return { messages: [], total: 0 };
  const { peekedMessageItems } = await poison.peekMessages({ numberOfMessages: mostShown });
  const { approximateMessagesCount = 0 } = await poison.getProperties();
  const messages = peekedMessageItems.map((item) => describe(queue, item));
  return { messages, total: Math.max(approximateMessagesCount, messages.length) };
}

/** Sends messages back to their queue (`id` null: all). What would come back at once stays, and is answered in `left`. */
export async function retryPoison(
  service: QueueServiceClient,
  queue: QueueName,
  id: string | null,
): Promise<{ readonly done: readonly PoisonMessage[]; readonly left: readonly PoisonMessage[] }> {
  const [done, left]: [PoisonMessage[], PoisonMessage[]] = [[], []];
  const target = service.getQueueClient(queue);
  await eachTaken(poisonOf(service, queue), id, async (item) => {
    const message = describe(queue, item);
    if (message.fault !== null) {
      left.push(message);
      return 'keep';
    }
    // Sent first: a crash before it is removed sends it twice, which is harmless.
    await target.createIfNotExists();
    await target.sendMessage(item.messageText, { messageTimeToLive: -1 });
    done.push(message);
    return 'remove';
  });
  return { done, left };
}

/** Removes messages for good (`id` null: all). */
export async function dropPoison(
  service: QueueServiceClient,
  queue: QueueName,
  id: string | null,
): Promise<readonly PoisonMessage[]> {
  const dropped: PoisonMessage[] = [];
  await eachTaken(poisonOf(service, queue), id, async (item) => {
    dropped.push(describe(queue, item));
    return 'remove';
  });
  return dropped;
}

export function poisonName(queue: QueueName): string {
  return `${queue}-poison`;
}

function poisonOf(service: QueueServiceClient, queue: QueueName): QueueClient {
  return service.getQueueClient(poisonName(queue));
}

/** Takes messages out until the wanted one is found, or all; what is kept becomes visible again. */
async function eachTaken(
  poison: QueueClient,
  id: string | null,
  work: (item: DequeuedMessageItem) => Promise<'remove' | 'keep'>,
): Promise<void> {
  if (!(await poison.exists())) return;
  const kept: DequeuedMessageItem[] = [];
  try {
    for (let found = false; !found; ) {
      const { receivedMessageItems } = await poison.receiveMessages({
        numberOfMessages: mostShown,
        visibilityTimeout: takenSeconds,
      });
      if (receivedMessageItems.length === 0) break;
      kept.push(...receivedMessageItems);
      for (const item of receivedMessageItems) {
        if (id !== null && item.messageId !== id) continue;
        found = id !== null;
        if ((await work(item)) === 'keep') continue;
        await poison.deleteMessage(item.messageId, item.popReceipt);
        kept.splice(kept.indexOf(item), 1);
      }
    }
  } finally {
    for (const { messageId, popReceipt } of kept)
      await poison.updateMessage(messageId, popReceipt, undefined, 0).catch(() => {});
  }
}

type StoredMessage = {
  readonly messageId: string;
  readonly insertedOn: Date;
  readonly expiresOn: Date;
  readonly messageText: string;
};

function describe(queue: QueueName, item: StoredMessage): PoisonMessage {
  const decoded = decodeMessage(item.messageText, 'base64');
  return {
    id: item.messageId,
    setAsideAt: item.insertedOn,
    expiresAt: item.expiresOn,
    text: decoded ?? item.messageText,
    fault: decoded === undefined ? 'is not Base64' : contentFault(queue, decoded),
  };
}

function contentFault(queue: QueueName, text: string): string | null {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return 'is not JSON';
  }
  return messageFault(queue, content);
}

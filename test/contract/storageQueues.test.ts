import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../local/azurite.ts';
import { type Queues, queueNames } from '../../src/lib/store/queues.ts';
import { createStorageQueues } from '../../src/lib/store/storageQueues.ts';

let azurite: RunningAzurite;
let queues: Queues;

beforeAll(async () => {
  azurite = await startAzurite();
  queues = createStorageQueues({ kind: 'connectionString', connectionString: azurite.connectionString });
});
afterAll(() => azurite.stop());

const queue = (name: string) =>
  QueueServiceClient.fromConnectionString(azurite.connectionString).getQueueClient(name);

/** Takes what is visible now; texts as they are on the wire. */
async function take(name: string): Promise<string[]> {
  const client = queue(name);
  const { receivedMessageItems } = await client.receiveMessages({ numberOfMessages: 32 });
  for (const one of receivedMessageItems) await client.deleteMessage(one.messageId, one.popReceipt);
  return receivedMessageItems.map((one) => one.messageText);
}

const read = (text: string) => JSON.parse(Buffer.from(text, 'base64').toString('utf8'));

it('messages are JSON in Base64, as the host’s trigger expects, whatever the ids hold', async () => {
  const partition = 'hub|device|a#b?c%d "ø" 🏭';
  await queues.wakeSite({ partition }, 0);
  await queues.deliver({ partition, incident: 'inc_1', notice: 'ntc_1' }, 0);
  await queues.deliver({ partition, askLogsFor: 'inc_1' }, 0);
  const [wakeUp] = await take(queueNames.evaluations);
  expect(wakeUp).toMatch(/^[A-Za-z0-9+/]+=*$/);
  expect(read(wakeUp!)).toEqual({ partition });
  expect((await take(queueNames.notices)).map(read)).toEqual([
    { partition, incident: 'inc_1', notice: 'ntc_1' },
    { partition, askLogsFor: 'inc_1' },
  ]);
});

it('a message becomes visible when it is due, not before', async () => {
  const sentMs = Date.now();
  await queues.wakeSite({ partition: 'later' }, 1_999);
  let texts: string[] = [];
  while (texts.length === 0 && Date.now() < sentMs + 20_000) {
    texts = await take(queueNames.evaluations);
    if (texts.length === 0) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(texts.map(read)).toEqual([{ partition: 'later' }]);
  expect(Date.now() - sentMs).toBeGreaterThanOrEqual(1_999);
});

it.each([-5_000, 0, 365 * 24 * 3_600_000])(
  'a delay of %i ms is brought within what the service takes',
  async (delayMs) => {
    await expect(queues.wakeSite({ partition: 'any' }, delayMs)).resolves.toBeUndefined();
  },
);

it('messages never expire, so that a long stop of the app loses none', async () => {
  await queues.deliver({ partition: 'p', incident: 'inc_1', notice: 'ntc_2' }, 0);
  const client = queue(queueNames.notices);
  const { peekedMessageItems } = await client.peekMessages({ numberOfMessages: 32 });
  const years = peekedMessageItems.map((one) => one.expiresOn.getUTCFullYear() - new Date().getUTCFullYear());
  expect(Math.min(...years)).toBeGreaterThan(50);
});

it('many may open a queue at once', async () => {
  const access = { kind: 'connectionString', connectionString: azurite.connectionString } as const;
  const others = Array.from({ length: 5 }, () => createStorageQueues(access));
  await Promise.all(
    others.map((one, index) => one.deliver({ partition: 'p', incident: 'inc_1', notice: `ntc_${index}` }, 0)),
  );
  expect((await take(queueNames.notices)).length).toBeGreaterThanOrEqual(5);
});

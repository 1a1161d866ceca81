import { execFile } from 'node:child_process';
import path from 'node:path';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../local/azurite.ts';

const script = path.resolve(import.meta.dirname, '../../tools/poison.ts');
const base64 = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64');
const good = { partition: 'hub|site|oslo', incident: 'inc_1', notice: 'ntc_1' };

let azurite: RunningAzurite;
let notices: QueueClient;
let poison: QueueClient;

beforeAll(async () => {
  azurite = await startAzurite();
  const service = QueueServiceClient.fromConnectionString(azurite.connectionString);
  notices = service.getQueueClient('notices');
  poison = service.getQueueClient('notices-poison');
  await notices.createIfNotExists();
  await poison.createIfNotExists();
});
afterAll(() => azurite.stop());
beforeEach(async () => {
  await notices.clearMessages();
  await poison.clearMessages();
});

type Ran = { readonly code: number; readonly out: string; readonly err: string };

function run(words: readonly string[], storage = azurite.connectionString): Promise<Ran> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, AzureWebJobsStorage: storage };
    execFile(process.execPath, [script, ...words], { env }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });
}

async function setAside(text: string): Promise<string> {
  return (await poison.sendMessage(text)).messageId;
}

const count = async (queue: QueueClient) => (await queue.getProperties()).approximateMessagesCount;

describe('list', () => {
  it('shows each message decoded, with what is wrong with it, and leaves it there', async () => {
    const id = await setAside(base64(good));
    await setAside(base64({ partition: 'nowhere' }));
    await setAside('not base64!');
    const { code, out } = await run(['list']);
    expect(code).toBe(0);
    expect(out).toContain('site-evaluations-poison: 0 set aside');
    expect(out).toContain('notices-poison: 3 set aside');
    expect(out).toContain(id);
    expect(out).toMatch(/ntc_1.*\n\s+well formed: the log of deliverNotice/);
    expect(out).toMatch(/nowhere.*\n\s+has no partition that names a site of a hub/);
    expect(out).toMatch(/"not base64!"\n\s+is not Base64/);
    expect(await count(poison)).toBe(3);
  });

  it('says how many there are when it cannot show all', async () => {
    await Promise.all(Array.from({ length: 35 }, () => setAside(base64(good))));
    expect((await run(['list', 'notices'])).out).toMatch(/35 set aside\n.*first 32 are shown/s);
  });
});

describe('retry', () => {
  it('sends all back as they were, and leaves what would fail again', async () => {
    await Promise.all(Array.from({ length: 40 }, () => setAside(base64(good))));
    await setAside('not base64!');
    const { code, out } = await run(['retry', 'notices']);
    expect(code).toBe(0);
    expect(out).toContain('notices-poison: 40 sent back to notices');
    expect(out).toContain('notices-poison: 1 left');
    expect(await count(notices)).toBe(40);
    const { peekedMessageItems } = await notices.peekMessages();
    expect(peekedMessageItems[0]?.messageText).toBe(base64(good));
    expect((await poison.peekMessages()).peekedMessageItems.map((one) => one.messageText)).toEqual([
      'not base64!',
    ]);
  });

  it('sends one back by its id, and the others stay in sight', async () => {
    await setAside(base64(good));
    const id = await setAside(base64(good));
    await setAside(base64(good));
    expect((await run(['retry', 'notices', id])).code).toBe(0);
    expect(await count(notices)).toBe(1);
    const left = (await poison.peekMessages({ numberOfMessages: 32 })).peekedMessageItems;
    expect(left.map((one) => one.messageId)).not.toContain(id);
    expect(left).toHaveLength(2);
  });
});

describe('drop', () => {
  it('removes one message, or all of a queue', async () => {
    const id = await setAside('not base64!');
    await setAside(base64(good));
    expect((await run(['drop', 'notices', id])).out).toContain('notices-poison: 1 dropped');
    expect(await count(poison)).toBe(1);
    expect((await run(['drop', 'notices-poison'])).out).toContain('notices-poison: 1 dropped');
    expect(await count(poison)).toBe(0);
    expect(await count(notices)).toBe(0);
  });
});

describe('a mistake', () => {
  it.each([
    { words: [], says: 'no command: use list, retry or drop' },
    { words: ['purge'], says: 'purge: use list, retry or drop' },
    { words: ['list', 'mails'], says: 'mails is not a queue: use site-evaluations or notices' },
    { words: ['list', 'notices', 'x'], says: 'x is one argument too many' },
    { words: ['retry', 'notices', 'no-such-id'], says: 'notices-poison has no message no-such-id' },
  ])('$words is refused with what is accepted', async ({ words, says }) => {
    const { code, err } = await run(words);
    expect(code).toBe(1);
    expect(err).toContain(says);
  });

  it('in the storage setting is named', async () => {
    const { code, err } = await run(['list'], '');
    expect(code).toBe(1);
    expect(err).toMatch(/AzureWebJobsStorage/);
  });
});

it('explains itself', async () => {
  const { code, out } = await run(['--help']);
  expect(code).toBe(0);
  expect(out).toMatch(/^Usage: npm run poison/);
});

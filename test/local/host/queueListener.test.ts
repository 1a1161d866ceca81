import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../../local/azurite.ts';
import { type FixtureHost, startFixtureHost } from './fixtureHost.ts';

let azurite: RunningAzurite;
let service: QueueServiceClient;
let host: FixtureHost;
let name: string;
let count = 0;

beforeAll(async () => {
  azurite = await startAzurite();
  service = QueueServiceClient.fromConnectionString(azurite.connectionString);
});
afterAll(() => azurite.stop());
beforeEach(async () => {
  name = `work-${++count}`;
  host = await startFixtureHost({ AzureWebJobsStorage: azurite.connectionString, FIXTURE_QUEUE: name });
});
afterEach(() => host.process.kill('SIGKILL'));

async function send(message: unknown): Promise<void> {
  const queue = service.getQueueClient(name);
  await queue.createIfNotExists();
  await queue.sendMessage(
    Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)).toString('base64'),
  );
}

async function countOf(queueName: string): Promise<number> {
  const properties = await service.getQueueClient(queueName).getProperties();
  return properties.approximateMessagesCount ?? 0;
}

async function poisonTexts(texts: number): Promise<string[]> {
  const poison = service.getQueueClient(`${name}-poison`);
  return expect
    .poll(
      async () =>
        (await poison.exists()) &&
        (await poison.peekMessages({ numberOfMessages: 32 })).peekedMessageItems.length,
      { timeout: 10_000 },
    )
    .toBe(texts)
    .then(async () =>
      (await poison.peekMessages({ numberOfMessages: 32 })).peekedMessageItems.map(
        (item) => item.messageText,
      ),
    );
}

describe('queue triggers', () => {
  it('hand JSON over as an object, other text as it is, and delete what succeeded', async () => {
    await send({ site: 'oslo' });
    await send('not json');
    const calls = await host.callsOf('work', 2);
    expect(calls.map((call) => call.input)).toEqual(expect.arrayContaining([{ site: 'oslo' }, 'not json']));
    await expect.poll(() => countOf(name)).toBe(0);
  });

  it('let properties of the body overwrite the metadata, as the real host does', async () => {
    await send({ id: 'x', DequeueCount: 99, site: 'oslo' });
    const [call] = await host.callsOf('work', 1);
    expect(call?.metadata).toMatchObject({
      id: 'x',
      dequeueCount: 99,
      site: 'oslo',
      popReceipt: expect.any(String),
    });
  });

  it('try a failing message up to the limit, each time after the pause, then move it to the poison queue', async () => {
    await send({ fail: true });
    expect(await poisonTexts(1)).toEqual([Buffer.from('{"fail":true}').toString('base64')]);
    const counts = (await host.calls('work')).map((call) => call.metadata?.dequeueCount);
    expect(counts).toEqual([1, 2, 3]);
    expect(await countOf(name)).toBe(0);
  });

  it('move text that is not Base64 to the poison queue without a call', async () => {
    await service.getQueueClient(name).createIfNotExists();
    await service.getQueueClient(name).sendMessage('<not> base64 & never');
    expect(await poisonTexts(1)).toEqual(['<not> base64 & never']);
    expect(await host.calls('work')).toEqual([]);
  });

  it('see a message within half a second on an idle queue', async () => {
    await service.getQueueClient(name).createIfNotExists();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const sentAtMs = Date.now();
    await send({ wake: true });
    await host.callsOf('work', 1);
    expect(Date.now() - sentAtMs).toBeLessThan(500);
  });

  it('finish work on SIGTERM and end with code 0', async () => {
    await send({ sleepMs: 700 });
    await host.callsOf('work', 1);
    host.process.kill('SIGTERM');
    expect(await host.exitCode()).toBe(0);
    expect(await countOf(name)).toBe(0);
  });

  it('give back on SIGTERM what does not finish within seconds', async ({ onTestFinished }) => {
    host.process.kill('SIGKILL');
    const patient = await startFixtureHost({
      AzureWebJobsStorage: azurite.connectionString,
      FIXTURE_QUEUE: name,
      AzureFunctionsJobHost__functionTimeout: '00:01:00',
    });
    onTestFinished(() => void patient.process.kill('SIGKILL'));
    await send({ sleepMs: 30_000 });
    await patient.callsOf('work', 1);
    patient.process.kill('SIGTERM');
    expect(await patient.exitCode()).toBe(0);
    expect((await service.getQueueClient(name).receiveMessages()).receivedMessageItems).toHaveLength(1);
  });

  it('keep a message invisible for ten minutes after a crash', async () => {
    await send({ sleepMs: 1_500 });
    await host.callsOf('work', 1);
    host.process.kill('SIGKILL');
    await host.exitCode();
    const queue = service.getQueueClient(name);
    expect((await queue.receiveMessages()).receivedMessageItems).toEqual([]);
    expect(await countOf(name)).toBe(1);
  });

  it('end the host with a code when nobody handles a rejection', async () => {
    await send({ reject: true });
    expect(await host.exitCode()).toBe(1);
    expect(host.output()).toContain('nobody waits for this');
  });
});

describe('the start', () => {
  it('ends with code 1 and nothing but what the app said when a start hook throws', async () => {
    const failed = await startFixtureHost({
      FIXTURE_QUEUE: name,
      FIXTURE_MISTAKES: 'routes[0].to[1]: unknown;policy: bad',
    });
    expect(await failed.exitCode()).toBe(1);
    expect(failed.output()).toBe('routes[0].to[1]: unknown\npolicy: bad\n');
  });

  it('names the port and the setting when the port is taken', async () => {
    const port = new URL(host.url).port;
    const second = await startFixtureHost({ FIXTURE_QUEUE: name, PORT: port });
    expect(await second.exitCode()).toBe(1);
    expect(second.output()).toBe(`port ${port} is in use: set PORT to another one\n`);
  });

  it('ends when the parent is gone', async () => {
    host.process.disconnect();
    expect(await host.exitCode()).toBe(0);
  });
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../../local/azurite.ts';
import type { Blobs } from '../../../src/lib/store/blobs.ts';
import { createStorageBlobs } from '../../../src/lib/store/storageBlobs.ts';
import { readDeadLetters } from '../../../tools/deadLetters/deadLetter.ts';
import { ingestEndpoint } from '../../../tools/deadLetters/replay.ts';
import { runDeadLetters } from '../../../tools/deadLetters/runDeadLetters.ts';

const event = {
  id: 'e-1',
  eventType: 'Microsoft.Devices.DeviceDisconnected',
  eventTime: '2026-03-04T09:14:41.2210000Z',
  data: { hubName: 'hub-fleet-01', deviceId: 'oslo-press-07' },
};
const remarks = {
  deadLetterReason: 'MaxDeliveryAttemptsExceeded',
  deliveryAttempts: 30,
  lastDeliveryOutcome: 'GenericError',
  publishTime: '2026-03-04T09:14:42.0000000Z',
  lastDeliveryAttemptTime: '2026-03-05T09:14:42.0000000Z',
};
const lowerCased = Object.fromEntries(
  Object.entries(remarks).map(([name, value]) => [name.toLowerCase(), value]),
);
const cloudEvent = { id: 'e-1', specversion: '1.0', type: event.eventType, data: event.data };

describe('a dead letter', () => {
  it.each([
    ['in an array', [{ ...event, ...remarks }], event],
    ['alone', { ...event, ...remarks }, event],
    ['as a CloudEvent', [{ ...cloudEvent, ...lowerCased }], cloudEvent],
  ])('is the event as it was published, and why it was given up: %s', (_, content, published) => {
    expect(readDeadLetters(JSON.stringify(content))).toEqual([
      {
        event: published,
        type: 'Microsoft.Devices.DeviceDisconnected',
        reason: 'MaxDeliveryAttemptsExceeded',
        outcome: 'GenericError',
      },
    ]);
  });

  it.each(['not json', '"text"', '[null]', '7'])('is not in %s', (text) => {
    expect(readDeadLetters(text)).toBeNull();
  });
});

describe('the address of the app', () => {
  it.each([
    [
      'https://func-fleet.azurewebsites.net',
      'https://func-fleet.azurewebsites.net/runtime/webhooks/eventgrid',
    ],
    ['http://localhost:7071/', 'http://localhost:7071/runtime/webhooks/eventgrid'],
    ['http://func-fleet.azurewebsites.net', undefined],
    ['func-fleet', undefined],
    ['', undefined],
  ])('%s', (app, endpoint) => {
    expect(ingestEndpoint(app)?.href).toBe(endpoint && `${endpoint}?functionName=receiveConnectionEvent`);
  });
});

describe('deadletters', () => {
  let azurite: RunningAzurite;
  let env: { AzureWebJobsStorage: string; EVENTGRID_KEY: string };
  let blobs: Blobs;
  let server: Server;
  let status: number;
  const received: { url: string | undefined; type: unknown; key: unknown; body: unknown[] }[] = [];
  const printed: string[] = [];

  beforeAll(async () => {
    azurite = await startAzurite();
    env = { AzureWebJobsStorage: azurite.connectionString, EVENTGRID_KEY: 'the-key' };
    const access = { kind: 'connectionString', connectionString: azurite.connectionString } as const;
    blobs = createStorageBlobs(access, 'dead-letters');
  });
  afterAll(() => azurite?.stop());

  beforeEach(async () => {
    status = 202;
    received.length = 0;
    printed.length = 0;
    for await (const names of blobs.names('')) {
      for (const name of names) {
        const found = await blobs.read(name, null, 10_000);
        if (found.kind === 'found') await blobs.remove(name, found.etag);
      }
    }
    server = createServer(async (request, response) => {
      const { 'aeg-event-type': type, 'x-functions-key': key } = request.headers;
      received.push({ url: request.url, type, key, body: (await json(request)) as unknown[] });
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => void server.close());

  const put = (name: string, count: number) =>
    blobs.write(name, JSON.stringify(Array.from({ length: count }, () => ({ ...event, ...remarks }))), null);
  const run = (...args: string[]) => runDeadLetters(args, env, (line) => printed.push(line));
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const names = async () => {
    const all: string[] = [];
    for await (const page of blobs.names('')) all.push(...page);
    return all;
  };

  it('list says how many of which type, and why', async () => {
    await put('TOPIC/SUB/2026/3/4/9/a.json', 2);
    expect(await run('list')).toBe(0);
    expect(printed).toEqual([
      'TOPIC/SUB/2026/3/4/9/a.json: 2 × Microsoft.Devices.DeviceDisconnected, MaxDeliveryAttemptsExceeded, GenericError',
      '1 blobs',
    ]);
  });

  it('replay hands them to the ingest function as Event Grid does, a hundred at a time, and moves the blob aside', async () => {
    await put('a.json', 101);
    expect(await run('replay', '--url', url())).toBe(0);
    expect(received.map(({ body }) => body.length)).toEqual([100, 1]);
    expect(received[1]).toEqual({
      url: '/runtime/webhooks/eventgrid?functionName=receiveConnectionEvent',
      type: 'Notification',
      key: 'the-key',
      body: [event],
    });
    expect(await names()).toEqual(['replayed/a.json']);
    expect(await run('list')).toBe(0);
    expect(printed.at(-1)).toBe('There are no dead letters.');
  });

  it('replay takes those whose names begin so', async () => {
    await put('2026/3/4/a.json', 1);
    await put('2026/3/5/b.json', 1);
    expect(await run('replay', '--url', url(), '--prefix', '2026/3/5')).toBe(0);
    expect(await names()).toEqual(['2026/3/4/a.json', 'replayed/2026/3/5/b.json']);
  });

  it('replay leaves what the app refuses, and what is none', async () => {
    status = 401;
    await put('a.json', 1);
    await blobs.write('b.json', 'not json', null);
    expect(await run('replay', '--url', url())).toBe(1);
    expect(printed).toEqual([
      'a.json: left: the app answered 401: set EVENTGRID_KEY to its key eventgrid_extension',
      'b.json: left: it contains no events',
      '0 events taken, 2 blobs left',
    ]);
    expect(await names()).toEqual(['a.json', 'b.json']);
  });

  it('replay says that the app cannot be reached', async () => {
    await put('a.json', 1);
    expect(await run('replay', '--url', 'http://127.0.0.1:1')).toBe(1);
    expect(printed[0]).toContain('a.json: left: the app could not be reached');
  });

  it.each([
    [['replay'], '--url is the address of the app'],
    [['replay', '--url', 'http://func-fleet.azurewebsites.net'], '--url is the address of the app'],
    [['show'], 'Use list or replay.'],
    [['list', '--since', '7d'], "Unknown option '--since'"],
  ])('wrong use is told with the right one: %j', async (args, message) => {
    expect(await run(...args)).toBe(2);
    expect(printed[0]).toContain(message);
    expect(printed[0]).toContain('Usage: npm run deadletters');
  });
});

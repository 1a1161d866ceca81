import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDeadLetters } from '../../../local/deadLetters/deadLetter.ts';
import { deadLetters, ingestEndpoint, replay } from '../../../local/deadLetters/replay.ts';
import type { Blobs } from '../../../src/lib/store/blobs.ts';

const event = {
  id: 'e-1',
  eventType: 'Microsoft.Devices.DeviceDisconnected',
  eventTime: '2026-03-04T09:14:41.2210000Z',
  data: { hubName: 'hub-fleet-01', deviceId: 'oslo-press-07' },
  deadLetterReason: 'MaxDeliveryAttemptsExceeded',
  deliveryAttempts: 30,
  lastDeliveryOutcome: 'GenericError',
};

/** A container of texts, each with the time of its last change. */
function container(texts: Record<string, { text: string; modifiedAtMs: number }>): Blobs {
  const stored = new Map(Object.entries(texts));
  return {
    async read(name) {
      const found = stored.get(name);
      return found ? { kind: 'found', etag: `tag-${name}`, ...found } : { kind: 'missing' };
    },
    async write() {
      throw new Error('nothing is written');
    },
    async remove(name, etag) {
      if (etag === `tag-${name}`) stored.delete(name);
    },
    async *names() {
      yield [...stored.keys()].sort();
    },
  };
}

async function all(blobs: Blobs, sinceMs = 0) {
  const found = [];
  for await (const item of deadLetters(blobs, sinceMs)) found.push(item);
  return found;
}

describe('dead letters', () => {
  it.each([
    ['an array in the Event Grid schema', JSON.stringify([event])],
    ['one event alone', JSON.stringify(event)],
    [
      'a CloudEvent, whose remarks are in lower case',
      JSON.stringify({
        id: 'e-1',
        specversion: '1.0',
        type: event.eventType,
        deadletterreason: event.deadLetterReason,
        deliveryattempts: 30,
        lastdeliveryoutcome: event.lastDeliveryOutcome,
      }),
    ],
  ])('are read: %s', (_, text) => {
    expect(readDeadLetters(text)).toMatchObject([
      {
        type: 'Microsoft.Devices.DeviceDisconnected',
        reason: 'MaxDeliveryAttemptsExceeded',
        outcome: 'GenericError',
        attempts: 30,
      },
    ]);
  });

  it('are those since a time, and a blob that is none is named', async () => {
    const blobs = container({
      'a.json': { text: JSON.stringify([event]), modifiedAtMs: 1_000 },
      'b.json': { text: JSON.stringify([event]), modifiedAtMs: 5_000 },
      'c.json': { text: 'not json', modifiedAtMs: 5_000 },
    });
    expect(await all(blobs, 2_000)).toMatchObject([
      { blob: 'b.json', letters: [{ event }] },
      { blob: 'c.json', problem: expect.stringContaining('JSON') },
    ]);
  });
});

describe('replaying', () => {
  let server: Server;
  let status: number;
  const received: { url: string; type: unknown; body: unknown }[] = [];

  beforeEach(async () => {
    status = 202;
    received.length = 0;
    server = createServer(async (request, response) => {
      received.push({
        url: request.url ?? '',
        type: request.headers['aeg-event-type'],
        body: await json(request),
      });
      response.writeHead(status).end(status === 202 ? '' : 'Exception while executing function');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => void server.close());

  const endpoint = () =>
    ingestEndpoint(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'the-key');

  async function replayOne(blobs: Blobs): Promise<string | null> {
    const [batch] = await all(blobs);
    if (!batch || 'problem' in batch) throw new Error('no batch');
    return replay(blobs, batch, endpoint());
  }

  it('hands the events to the ingest function as Event Grid does, and removes the blob', async () => {
    const blobs = container({ 'a.json': { text: JSON.stringify([event]), modifiedAtMs: 1 } });
    expect(await replayOne(blobs)).toBeNull();
    expect(received).toEqual([
      {
        url: '/runtime/webhooks/eventgrid?functionName=receiveConnectionEvent&code=the-key',
        type: 'Notification',
        body: [event],
      },
    ]);
    expect(await all(blobs)).toEqual([]);
  });

  it('leaves a blob where it is when the app refuses it', async () => {
    status = 500;
    const blobs = container({ 'a.json': { text: JSON.stringify([event]), modifiedAtMs: 1 } });
    expect(await replayOne(blobs)).toBe('500 Exception while executing function');
    expect(await all(blobs)).toHaveLength(1);
  });

  it('knows the address of an app by its name', () => {
    expect(ingestEndpoint('func-fleet', undefined).href).toBe(
      'https://func-fleet.azurewebsites.net/runtime/webhooks/eventgrid?functionName=receiveConnectionEvent',
    );
  });
});

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { EventGridDeserializer } from '@azure/eventgrid';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openEventGrid } from '../../../../../src/lib/notify/channels/eventGrid/send.ts';
import type { EventGridSettings } from '../../../../../src/lib/notify/channels/eventGrid/settings.ts';
import type { Receiver } from '../../../../../src/lib/policy/receiver.ts';
import { certificateFor, trust } from '../../../../support/mailServer.ts';
import { receiverWith } from '../../../../support/receivers.ts';
import { resolveAsBefore, resolveNames } from '../../../../support/slowHosts.ts';
import { message, nowMs } from '../../renderMessages.ts';

const hostName = 'topic.westeurope-1.eventgrid.azure.net';
const closing: (() => void)[] = [];
let certificate: { key: string; cert: string };
let tokensFor: string[];
/** Whether the identity gives tokens. */
let gives: boolean;

beforeAll(async () => {
  certificate = await certificateFor(hostName);
  await Promise.all([import('@azure/eventgrid'), import('@azure/identity')]);
});

beforeEach(async () => {
  tokensFor = [];
  gives = true;
  trust(certificate.cert);
  resolveNames({ [hostName]: ['127.0.0.1'] });
  const identity = createServer((request, response) => {
    tokensFor.push(new URL(request.url ?? '', 'http://x').searchParams.get('resource') ?? '');
    response.setHeader('content-type', 'application/json');
    if (!gives) response.statusCode = 400;
    response.end(JSON.stringify({ access_token: 't0ken', expires_on: '4102444800', token_type: 'Bearer' }));
  });
  identity.listen(0, '127.0.0.1');
  await once(identity, 'listening');
  closing.push(() => identity.close());
  vi.stubEnv('IDENTITY_ENDPOINT', `http://127.0.0.1:${(identity.address() as AddressInfo).port}/token`);
  vi.stubEnv('IDENTITY_HEADER', 'header');
});

afterEach(() => {
  resolveAsBefore();
  trust();
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) close();
});

type Request = { headers: IncomingMessage['headers']; url: string; body: string };

/** A topic that answers like this. */
async function topic(answer: (response: ServerResponse) => void) {
  const requests: Request[] = [];
  const server = createTlsServer(certificate, (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { headers, url = '' } = request;
      requests.push({ headers, url, body: Buffer.concat(parts).toString('utf8') });
      answer(response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { endpoint: `https://${hostName}:${port}/api/events`, requests };
}

function receiver(endpoint: string, timeoutMs = 5_000): Receiver<EventGridSettings> {
  return receiverWith('platform', { kind: 'eventGrid', endpoint }, timeoutMs);
}

function open(development = true, allowHosts: readonly string[] = []) {
  return openEventGrid({ setting: () => null, addresses: () => ({ development, allowHosts }) });
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    response.writeHead(code, headers).end();

describe('Event Grid', () => {
  it("gets one CloudEvent, with a token of the app's identity", async () => {
    const { endpoint, requests } = await topic(status(200));
    expect(await open().send(message(), receiver(endpoint), nowMs)).toEqual({ kind: 'sent' });
    expect(requests).toHaveLength(1);
    const [request] = requests;
    expect(request?.headers.authorization).toBe('Bearer t0ken');
    expect(request?.headers['content-type']).toContain('application/cloudevents-batch+json');
    expect(tokensFor).toEqual(['https://eventgrid.azure.net']);
    const [event] = await new EventGridDeserializer().deserializeCloudEvents(request?.body ?? '');
    expect(event).toMatchObject({
      id: 'ntc_01JNGZ3V9K',
      type: 'IoTHubResponder.incident.opened',
      source: '/hubs/hub-fleet-01',
      data: { incidentId: 'inc_01JNGZ3V4C' },
    });
  });

  it.each([
    [401, { kind: 'failedTemporarily', error: expect.stringContaining('EventGrid Data Sender') }],
    [403, { kind: 'failedTemporarily', error: expect.stringContaining('HTTP 403') }],
    [429, { kind: 'failedTemporarily', throttled: true, error: 'HTTP 429' }],
    [500, { kind: 'failedTemporarily', error: 'HTTP 500' }],
    [503, { kind: 'failedTemporarily', error: 'HTTP 503' }],
    [400, { kind: 'failedPermanently', error: 'HTTP 400' }],
    [404, { kind: 'failedPermanently', error: 'HTTP 404' }],
    [413, { kind: 'failedPermanently', error: 'HTTP 413' }],
    [302, { kind: 'failedPermanently', error: 'HTTP 302' }],
  ])('is asked once and reads %d', async (code, result) => {
    const { endpoint, requests } = await topic(status(code, { location: 'https://127.0.0.1:9/' }));
    expect(await open().send(message(), receiver(endpoint), nowMs)).toMatchObject(result);
    expect(requests).toHaveLength(1);
  });

  it('says when to come back', async () => {
    const { endpoint } = await topic(status(503, { 'retry-after': '30' }));
    expect(await open().send(message(), receiver(endpoint), nowMs)).toMatchObject({ retryAfterMs: 30_000 });
  });

  it('that hangs has not answered in time', async () => {
    const { endpoint } = await topic(() => {});
    expect(await open().send(message(), receiver(endpoint, 1_000), nowMs)).toMatchObject({
      kind: 'failedTemporarily',
      error: 'no answer within 1 s',
      outcomeUnknown: true,
      timedOut: true,
    });
  });

  it('that breaks the connection may have taken it', async () => {
    const { endpoint } = await topic((response) => response.destroy());
    expect(await open().send(message(), receiver(endpoint), nowMs)).toMatchObject({
      kind: 'failedTemporarily',
      outcomeUnknown: true,
    });
  });

  it('gets nothing where there is no token', async () => {
    gives = false;
    // Tokens are kept by identity.
    vi.stubEnv('AZURE_CLIENT_ID', 'another');
    const { endpoint, requests } = await topic(status(200));
    expect(await open().send(message(), receiver(endpoint, 1_500), nowMs)).toMatchObject({
      kind: 'failedTemporarily',
      error: expect.stringMatching(/^no token/),
      outcomeUnknown: false,
    });
    expect(requests).toEqual([]);
  });
});

describe('outside local runs a topic', () => {
  it('inside a private network is not connected to, unless the owner allows it', async () => {
    const { endpoint, requests } = await topic(status(200));
    expect(await open(false).send(message(), receiver(endpoint), nowMs)).toMatchObject({
      kind: 'failedPermanently',
      error: "the topic's endpoint: the host name leads to a loopback, private or reserved address",
    });
    expect(requests).toEqual([]);
    expect(await open(false, [hostName]).send(message(), receiver(endpoint), nowMs)).toEqual({
      kind: 'sent',
    });
  });

  it.each([
    ['http://topic.example/api/events', 'is not encrypted'],
    ['https://10.0.0.5/api/events', 'private network'],
    ['https://168.63.129.16/api/events', 'private network'],
    ['topic', 'is not the endpoint of a topic'],
  ])('%s is refused', async (endpoint, words) => {
    expect(await open(false).send(message(), receiver(endpoint), nowMs)).toMatchObject({
      kind: 'failedPermanently',
      error: expect.stringContaining(words),
    });
    expect(tokensFor).toEqual([]);
  });
});

import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { appCredential } from '../../../../../src/lib/identity/appCredential.ts';
import { incidentStartOf, mailIdOf } from '../../../../../src/lib/notify/channels/email/mailId.ts';
import { renderEmail } from '../../../../../src/lib/notify/channels/email/render.ts';
import { openAcs } from '../../../../../src/lib/notify/channels/email/send.ts';
import type { EmailSettings } from '../../../../../src/lib/notify/channels/email/settings.ts';
import type { Receiver } from '../../../../../src/lib/policy/receiver.ts';
import { receiverWith } from '../../../../support/receivers.ts';
import { message, nowMs } from '../../renderMessages.ts';

vi.mock(import('../../../../../src/lib/identity/appCredential.ts'), async (original) => {
  const { appCredential } = await original();
  return { appCredential: vi.fn(appCredential) };
});

const key = Buffer.alloc(32, 5).toString('base64');

/** The channel of an installation with these settings. */
function channel(settings: Readonly<Record<string, string>>, development = false) {
  return openAcs({
    setting: (name) => settings[name] ?? null,
    addresses: () => ({ development, allowHosts: [] }),
  });
}

type Request = { method: string; url: string; headers: IncomingMessage['headers']; body: string };
type Answer = (request: Request, response: ServerResponse) => void;
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const operation = '11111111-2222-8333-8444-555555555555';
const accepts: Answer = (request, response) => {
  const { host } = request.headers;
  response
    .writeHead(202, {
      'content-type': 'application/json',
      'operation-location': `http://${host}/emails/operations/${operation}`,
    })
    .end(JSON.stringify({ id: operation, status: 'Running' }));
};
const answers =
  (status: number, body: object, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));
const running = answers(200, { id: operation, status: 'Running' });

/** The email service: answers the hand-over and the look at the operation as told. */
async function service(onPost: Answer = accepts, onGet: Answer = running) {
  const requests: Request[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const request = {
      method: incoming.method ?? '',
      url: incoming.url ?? '',
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString(),
    };
    requests.push(request);
    (request.method === 'POST' ? onPost : onGet)(request, response);
  });
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const settings = {
    COMMUNICATION_SERVICES_CONNECTION_STRING: `endpoint=http://127.0.0.1:${port}/;accesskey=${key}`,
    EMAIL_SENDER: 'alerts@responder.example',
  };
  const sender = channel(settings, true);
  return { sender, requests, posts: () => requests.filter(({ method }) => method === 'POST') };
}

function receiver(timeoutMs = 3_000): Receiver<EmailSettings> {
  return receiverWith(
    'oslo-operators',
    { kind: 'email', to: ['ops@oslo.example', 'boss@oslo.example'], via: 'acs', server: null },
    timeoutMs,
  );
}

describe('email', () => {
  it('hands the mail over in one signed request', async () => {
    const { sender, requests, posts } = await service();
    expect(await sender.send(message(), receiver(), nowMs)).toEqual({ kind: 'sent' });
    const [post] = posts();
    const email = renderEmail(message());
    expect(JSON.parse(post?.body ?? '')).toEqual({
      senderAddress: 'alerts@responder.example',
      recipients: { to: [{ address: 'ops@oslo.example' }, { address: 'boss@oslo.example' }] },
      content: { subject: email.subject, plainText: email.text, html: email.html },
      headers: {
        ...email.headers,
        'Message-ID': expect.stringMatching(/^<[0-9a-f-]{36}@responder\.example>$/),
      },
      userEngagementTrackingDisabled: true,
    });
    const hash = createHash('sha256')
      .update(post?.body ?? '')
      .digest('base64');
    const signed = `POST\n${post?.url}\n${post?.headers['x-ms-date']};${post?.headers.host};${hash}`;
    const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(signed).digest('base64');
    expect(post?.headers.authorization).toContain(`Signature=${signature}`);
    expect(requests).toHaveLength(2);
  });

  it('hands an announcement over like a notice, and repeats it word for word', async () => {
    const { sender, posts } = await service();
    const type = 'responder.configurationRefused';
    const given = {
      id: 'cfg_1',
      type,
      about: 'configuration',
      over: false,
      summary: 'Refused',
      explanation: [],
      problems: [],
    } as const;
    expect(await sender.send(given, receiver(), nowMs)).toEqual({ kind: 'sent' });
    expect(await sender.send(given, receiver(), nowMs + 5_000)).toEqual({ kind: 'sent' });
    const [first, second] = posts();
    expect(JSON.parse(first?.body ?? '')).toMatchObject({
      recipients: { to: [{ address: 'ops@oslo.example' }, { address: 'boss@oslo.example' }] },
      content: { subject: 'Refused' },
    });
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['repeatability-request-id']).toBe(first?.headers['repeatability-request-id']);
  });

  it('repeats itself word for word within a slot, so that the service can drop the repeat', async () => {
    const { sender, posts } = await service();
    await sender.send(message(), receiver(), nowMs);
    await sender.send(message({ nowMs: nowMs + 5_000 }), receiver(), nowMs + 5_000);
    const ids = posts().map(({ headers, body }) => [
      headers['operation-id'],
      headers['repeatability-request-id'],
      headers['repeatability-first-sent'],
      body,
    ]);
    expect(ids).toHaveLength(2);
    expect(ids[1]).toEqual(ids[0]);
    expect(ids[0]?.[0]).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    const ageMs = nowMs - Date.parse(String(ids[0]?.[2]));
    expect(ageMs).toBeGreaterThanOrEqual(0);
    expect(ageMs).toBeLessThan(4 * 60_000);
  });

  it('gives newer words and other notices an id of their own', async () => {
    const { sender, posts } = await service();
    await sender.send(message(), receiver(), nowMs);
    await sender.send(message({ counts: { offline: 39, flapping: 0, known: 42 } }), receiver(), nowMs);
    await sender.send(message({ noticeId: 'ntc_2' }), receiver(), nowMs);
    const headers = posts().map((post) => post.headers);
    expect(new Set(headers.map((each) => each['repeatability-request-id'])).size).toBe(3);
    expect(headers[1]?.['operation-id']).toBe(headers[0]?.['operation-id']);
    expect(headers[2]?.['operation-id']).not.toBe(headers[0]?.['operation-id']);
  });

  it('sends a digest under an id by which a report finds its first incident', async () => {
    const { sender, posts } = await service();
    const incidentId = 'inc_abcdefghijklmnopqrstuvwxyz12';
    const incidents = [message({ incidentId }), message({ noticeId: 'ntc_2' })];
    const digest = {
      type: 'incidents.digest',
      noticeId: 'dig_1',
      receiver: 'operators',
      incidents,
      nowMs,
    } as const;
    await sender.send(digest, receiver(), nowMs);
    const id = String(posts()[0]?.headers['operation-id']);
    expect(id).toBe(mailIdOf(incidentId, 'dig_1'));
    expect(incidentId.startsWith(incidentStartOf(id) ?? 'none')).toBe(true);
  });

  it.each([
    [
      'a throttle',
      answers(
        429,
        { error: { code: 'TooManyRequests', message: 'ops@oslo.example' } },
        { 'retry-after': '600' },
      ),
      {
        kind: 'failedTemporarily',
        error: 'HTTP 429 TooManyRequests',
        retryAfterMs: 600_000,
        outcomeUnknown: false,
      },
    ],
    ['a fault of the service', answers(500, {}), { kind: 'failedTemporarily', error: 'HTTP 500' }],
    [
      'an id whose first request still runs',
      answers(409, {}),
      { kind: 'failedTemporarily', error: 'HTTP 409' },
    ],
    ['a first-sent time that is too old', answers(412, {}), { kind: 'failedTemporarily', error: 'HTTP 412' }],
    [
      'a refusal',
      answers(400, { error: { code: 'InvalidSender', message: 'alerts@responder.example' } }),
      { kind: 'failedPermanently', error: 'HTTP 400 InvalidSender' },
    ],
    [
      'a key that is not accepted now',
      answers(401, { error: { code: 'Denied', message: '' } }),
      { kind: 'failedTemporarily', error: 'HTTP 401 Denied', outcomeUnknown: false },
    ],
    [
      'a role that does not count yet',
      answers(403, { error: { code: 'Forbidden', message: '' } }),
      { kind: 'failedTemporarily', error: 'HTTP 403 Forbidden', outcomeUnknown: false },
    ],
    [
      'a redirect',
      answers(307, {}, { location: 'http://127.0.0.1:1/' }),
      { kind: 'failedPermanently', error: 'HTTP 307' },
    ],
  ] as const)('asks once and reads %s', async (_, onPost, expected) => {
    const { sender, requests } = await service(onPost);
    const result = await sender.send(message(), receiver(), nowMs);
    expect(result).toMatchObject(expected);
    expect(JSON.stringify(result)).not.toContain('@');
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['fails', answers(503, {})],
    ['is throttled', answers(429, {}, { 'retry-after': '600' })],
    ['breaks', ((_, response) => void response.destroy()) as Answer],
    ['makes no sense', answers(200, { hello: 'world' })],
  ])('counts an accepted mail as sent although the look at it %s', async (_, onGet) => {
    const { sender } = await service(accepts, onGet);
    expect(await sender.send(message(), receiver(), nowMs)).toEqual({ kind: 'sent' });
  });

  it('counts an accepted mail as sent although the look at it hangs', async () => {
    const { sender } = await service(accepts, () => {});
    expect(await sender.send(message(), receiver(300), nowMs)).toEqual({ kind: 'sent' });
  });

  it.each([
    [
      'with its code',
      { code: 'EmailDroppedAllRecipientsSuppressed', message: 'ops@oslo.example' },
      'EmailDroppedAllRecipientsSuppressed',
    ],
    ['without one', undefined, 'Failed'],
  ])('tells an operation that has failed at once, %s', async (_, error, code) => {
    const { sender } = await service(accepts, answers(200, { id: operation, status: 'Failed', error }));
    expect(await sender.send(message(), receiver(), nowMs)).toEqual({
      kind: 'failedPermanently',
      error: `the email service refused the mail: ${code}`,
    });
  });

  it('times out on a service that hangs, and does not know the outcome', async () => {
    const { sender } = await service(() => {});
    expect(await sender.send(message(), receiver(300), nowMs)).toMatchObject({
      kind: 'failedTemporarily',
      error: 'no answer within 1 s',
      outcomeUnknown: true,
      timedOut: true,
    });
  });

  it('does not know the outcome when the connection breaks', async () => {
    const { sender } = await service((_, response) => void response.destroy());
    expect(await sender.send(message(), receiver(), nowMs)).toMatchObject({
      kind: 'failedTemporarily',
      error: 'no connection to the email service (ECONNRESET)',
      outcomeUnknown: true,
      timedOut: false,
    });
  });

  it('knows that a refused connection told nobody', async () => {
    const { sender } = await service();
    servers.pop()?.close();
    expect(await sender.send(message(), receiver(), nowMs)).toMatchObject({
      kind: 'failedTemporarily',
      error: 'no connection to the email service (ECONNREFUSED)',
      outcomeUnknown: false,
    });
  });

  it.each([
    ['COMMUNICATION_SERVICES_CONNECTION_STRING or COMMUNICATION_SERVICES_ENDPOINT', {}],
    ['EMAIL_SENDER', { COMMUNICATION_SERVICES_ENDPOINT: 'https://x.communication.azure.com' }],
  ])('names the setting that is missing: %s', async (setting, settings) => {
    expect(await channel(settings).send(message(), receiver(), nowMs)).toEqual({
      kind: 'failedPermanently',
      error: `email is not set up: ${setting} is missing`,
    });
  });

  it.each([
    ['COMMUNICATION_SERVICES_CONNECTION_STRING', 'accesskey=s3cret'],
    ['COMMUNICATION_SERVICES_ENDPOINT', 'nonsense'],
    ['COMMUNICATION_SERVICES_ENDPOINT', 'http://x.communication.azure.com'],
    [
      'COMMUNICATION_SERVICES_CONNECTION_STRING',
      `endpoint=http://x.communication.azure.com/;accesskey=${key}`,
    ],
  ])('names the setting that is not valid and keeps its value to itself: %s', async (setting, value) => {
    const opened = channel({ [setting]: value, EMAIL_SENDER: 'a@b.example' });
    const result = await opened.send(message(), receiver(), nowMs);
    expect(result).toMatchObject({
      kind: 'failedPermanently',
      error: expect.stringContaining(`${setting} is not valid`),
    });
    expect(JSON.stringify(result)).not.toContain('s3cret');
  });

  it('loads its packages again with the next mail when they could not be loaded', async () => {
    const missing = Object.assign(new Error('no such package'), { code: 'ERR_MODULE_NOT_FOUND' });
    vi.mocked(appCredential).mockRejectedValueOnce(missing);
    const opened = channel({
      COMMUNICATION_SERVICES_ENDPOINT: 'https://127.0.0.1:1',
      EMAIL_SENDER: 'alerts@responder.example',
    });
    expect(await opened.send(message(), receiver(), nowMs)).toEqual({
      kind: 'failedTemporarily',
      error: 'the client of the email service could not be loaded (ERR_MODULE_NOT_FOUND)',
      retryAfterMs: null,
      outcomeUnknown: false,
      timedOut: false,
    });
    vi.mocked(appCredential).mockResolvedValueOnce({
      getToken: async () => ({ token: 't', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
    });
    expect(await opened.send(message(), receiver(), nowMs)).toMatchObject({
      error: 'no connection to the email service (ECONNREFUSED)',
    });
  });
});

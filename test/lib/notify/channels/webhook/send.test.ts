import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { generate } from 'selfsigned';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { renderWebhook } from '../../../../../src/lib/notify/channels/webhook/render.ts';
import { openWebhook } from '../../../../../src/lib/notify/channels/webhook/send.ts';
import type { WebhookSettings } from '../../../../../src/lib/notify/channels/webhook/settings.ts';
import type { Receiver } from '../../../../../src/lib/policy/receiver.ts';
import { receiverWith } from '../../../../support/receivers.ts';
import { device, message } from '../../renderMessages.ts';

vi.mock('node:dns', async (original) => {
  const dns = await original<typeof import('node:dns')>();
  const hosts: Record<string, string> = {
    'hooks.example': '10.0.0.4',
    'wire.example': '168.63.129.16',
    'own.example': '127.0.0.1',
  };
  const lookup = (host: string, options: object, callback: (error: Error | null, all: object[]) => void) =>
    Object.hasOwn(hosts, host)
      ? callback(null, [{ address: hosts[host]!, family: 4 }])
      : dns.lookup(host, options as { all: true }, callback);
  return { ...dns, lookup };
});

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server) (server as { closeAllConnections(): void }).closeAllConnections();
    server.close();
  }
});

async function listen(server: Server): Promise<number> {
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const serve = async (listener: RequestListener) =>
  `http://127.0.0.1:${await listen(createServer(listener))}/hook?key=s3cret`;

function receiver(
  url: string,
  timeoutMs = 2_000,
  signed: readonly string[] = [secret],
): Receiver<WebhookSettings> {
  return receiverWith('on-call', { kind: 'webhook', url, secrets: signed }, timeoutMs);
}

const local = openWebhook({ addresses: () => ({ development: true, allowHosts: [] }) });
const deployed = openWebhook({ addresses: () => ({ development: false, allowHosts: [] }) });
const post = (url: string, timeoutMs?: number) => local.send(message(), receiver(url, timeoutMs), Date.now());

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Answers 200 and keeps what came. */
async function catcher() {
  const caught: { method: string; headers: IncomingMessage['headers']; body: string }[] = [];
  const url = await serve(async (request, response) => {
    caught.push({ method: request.method ?? '', headers: request.headers, body: await read(request) });
    response.end('thanks');
  });
  return { url, caught };
}

describe('webhook', () => {
  it('posts the body, signed so that the reference verifier accepts it', async () => {
    const { url, caught } = await catcher();
    const given = message({ devices: [device('ölpresse-07')] });
    expect(await local.send(given, receiver(url), Date.now())).toEqual({ kind: 'sent' });
    const [{ method, headers, body } = { method: '', headers: {}, body: '' }] = caught;
    expect(method).toBe('POST');
    expect(headers['content-type']).toBe('application/json');
    expect(headers['user-agent']).toBe('iothub-disconnect-responder');
    expect(headers['webhook-id']).toBe(given.noticeId);
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toEqual(
      JSON.parse(JSON.stringify(renderWebhook(given))),
    );
  });

  it('posts an announcement, signed like a notice', async () => {
    const { url, caught } = await catcher();
    const id = 'cfg_1';
    const type = 'responder.configurationRefused';
    const given = {
      about: 'configuration',
      over: false,
      id,
      type,
      summary: 'Refused',
      explanation: [],
      problems: ['routes: is missing'],
    } as const;
    expect(await local.send(given, receiver(url), Date.now())).toEqual({ kind: 'sent' });
    const [{ headers, body } = { headers: {}, body: '' }] = caught;
    expect(headers).toMatchObject({ 'webhook-id': id });
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
      type,
      data: { noticeId: id, summary: 'Refused', problems: ['routes: is missing'] },
    });
  });

  it('keeps the id and renews the timestamp from attempt to attempt', async () => {
    const { url, caught } = await catcher();
    const nowMs = Date.now();
    await local.send(message(), receiver(url), nowMs);
    await local.send(message(), receiver(url), nowMs + 60_000);
    const [first, second] = caught.map(({ headers }) => headers);
    expect(second?.['webhook-id']).toBe(first?.['webhook-id']);
    expect(Number(first?.['webhook-timestamp'])).toBe(Math.floor(nowMs / 1000));
    expect(Number(second?.['webhook-timestamp'])).toBe(Math.floor(nowMs / 1000) + 60);
    expect(second?.['webhook-signature']).not.toBe(first?.['webhook-signature']);
  });

  it('signs with both secrets while the receiver changes over', async () => {
    const { url, caught } = await catcher();
    const former = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
    await local.send(message(), receiver(url, 2_000, [secret, former]), Date.now());
    const [{ headers, body } = { headers: {}, body: '' }] = caught;
    for (const key of [secret, former]) new Webhook(key).verify(body, headers as Record<string, string>);
    const other = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    expect(() => new Webhook(other).verify(body, headers as Record<string, string>)).toThrow();
  });

  it('does not sign without a secret', async () => {
    const { url, caught } = await catcher();
    await local.send(message(), receiver(url, 2_000, []), Date.now());
    expect(caught[0]?.headers).not.toHaveProperty('webhook-signature');
  });

  it.each([
    [204, 'sent'],
    [302, 'failedPermanently'],
    [400, 'failedPermanently'],
    [410, 'failedPermanently'],
    [429, 'failedTemporarily'],
    [503, 'failedTemporarily'],
  ] as const)('takes an answer of %d as %s', async (status, kind) => {
    const url = await serve((_, response) => response.writeHead(status, { 'retry-after': '30' }).end());
    const result = await post(url);
    expect(result.kind).toBe(kind);
    if (result.kind !== 'sent') expect(result.error).toBe(`HTTP ${status}`);
    if (result.kind === 'failedTemporarily') {
      expect(result).toMatchObject({ retryAfterMs: 30_000, outcomeUnknown: false, timedOut: false });
    }
  });

  it('does not follow a redirect', async () => {
    const target = await catcher();
    const url = await serve((_, response) => response.writeHead(307, { location: target.url }).end());
    expect(await post(url)).toEqual({ kind: 'failedPermanently', error: 'HTTP 307' });
    expect(target.caught).toEqual([]);
  });

  it('times out on a receiver that never answers, and does not know the outcome', async () => {
    const url = await serve(() => {});
    const startMs = performance.now();
    expect(await post(url, 200)).toEqual({
      kind: 'failedTemporarily',
      error: 'no answer within 1 s',
      retryAfterMs: null,
      outcomeUnknown: true,
      timedOut: true,
    });
    expect(performance.now() - startMs).toBeLessThan(1_500);
  });

  it('takes the status line as the answer when the body never ends', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200).write('wait');
    });
    const startMs = performance.now();
    expect(await post(url, 1_000)).toEqual({ kind: 'sent' });
    expect(performance.now() - startMs).toBeLessThan(800);
  });

  it('gives up reading an endless body after some kilobytes', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const url = await serve((_, response) => {
      closed = once(response, 'close');
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384)));
      };
      response.on('drain', more);
      more();
    });
    expect(await post(url, 5_000)).toEqual({ kind: 'sent' });
    const startMs = performance.now();
    await closed;
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });

  it('does not know the outcome when the connection breaks after the request', async () => {
    const url = await serve((request) => void request.once('end', () => request.socket.destroy()).resume());
    expect(await post(url)).toMatchObject({
      kind: 'failedTemporarily',
      error: 'connection broken (ECONNRESET)',
      outcomeUnknown: true,
      timedOut: false,
    });
  });

  it('knows that a refused connection told nobody', async () => {
    const port = await listen(createTcpServer());
    servers.pop()?.close();
    expect(await post(`http://127.0.0.1:${port}/`)).toMatchObject({
      kind: 'failedTemporarily',
      error: 'connection refused (ECONNREFUSED)',
      outcomeUnknown: false,
      timedOut: false,
    });
  });

  it('knows that nobody was told when the certificate is not trusted', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
    const port = await listen(createTlsServer({ key, cert }));
    expect(await post(`https://127.0.0.1:${port}/`)).toMatchObject({
      kind: 'failedTemporarily',
      error: expect.stringContaining('CERT'),
      outcomeUnknown: false,
    });
  });

  it.each([
    ['own.example', 'own.example', 'CERT'],
    ['127.0.0.1', 'own.example', 'CERT'],
    ['127.0.0.1', '127.0.0.1', 'CERT'],
    ['10.0.0.4', 'own.example', 'loopback, private or reserved'],
  ])('once deployed, with allowHosts [%s], finds of https://%s/: %s', async (allowed, host, words) => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
    const port = await listen(createTlsServer({ key, cert }));
    const channel = openWebhook({ addresses: () => ({ development: false, allowHosts: [allowed] }) });
    const result = await channel.send(message(), receiver(`https://${host}:${port}/`), Date.now());
    expect(result).toMatchObject({ error: expect.stringContaining(words) });
  });

  it('takes an answer that is not HTTP for a broken connection', async () => {
    const port = await listen(createTcpServer((socket) => socket.on('error', () => {}).end('SSH-2.0-x\r\n')));
    expect(await post(`http://127.0.0.1:${port}/`)).toMatchObject({
      kind: 'failedTemporarily',
      timedOut: false,
    });
  });

  it.each([
    ['http://hooks.example/', 'https'],
    ['https://127.0.0.1/', 'private network'],
    ['https://0x7f.1/', 'private network'],
    ['https://[::1]/', 'private network'],
    ['https://[::ffff:10.0.0.1]/', 'private network'],
    ['https://169.254.169.254/metadata', 'private network'],
    ['https://168.63.129.16/machine', 'private network'],
    ['https://192.168.1.20/', 'private network'],
    ['https://hooks.example/?key=s3cret', 'loopback, private or reserved'],
    ['https://wire.example/?key=s3cret', 'loopback, private or reserved'],
    ['nonsense', 'not a web address'],
  ])('sends nothing to %s once deployed', async (url, words) => {
    const result = await deployed.send(message(), receiver(url), Date.now());
    expect(result).toMatchObject({ kind: 'failedPermanently', error: expect.stringContaining(words) });
    expect(JSON.stringify(result)).not.toContain('s3cret');
  });
});

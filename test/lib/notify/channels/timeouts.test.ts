import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SendResult } from '../../../../src/lib/notify/channel.ts';
import { openChannels } from '../../../../src/lib/notify/channels/registry.ts';
import type { Receiver } from '../../../../src/lib/policy/receiver.ts';
import { receiverWith } from '../../../support/receivers.ts';
import { resolveAsBefore, resolveNames, slowHost } from '../../../support/slowHosts.ts';
import { message } from '../renderMessages.ts';

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  resolveAsBefore();
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) await close();
});

async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  server.listen(0, host);
  await once(server, 'listening');
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Accepts connections and says nothing. */
function silent(): Promise<number> {
  return listen(
    createServer((socket) => {
      socket.on('error', () => {});
      closing.push(() => socket.destroy());
    }),
  );
}

async function slow(host: string, port: number, awakeAfterMs: number): Promise<number> {
  const opened = await slowHost(host, port, awakeAfterMs);
  closing.push(opened.close);
  return opened.port;
}

const key = Buffer.alloc(32, 5).toString('base64');

function connectionString(endpoint: string) {
  return { COMMUNICATION_SERVICES_CONNECTION_STRING: `endpoint=${endpoint};accesskey=${key}` };
}

/** Sends by one kind of channel to this address. */
function sendTo(kind: string, address: string, timeoutMs: number): Promise<SendResult> {
  const channel = kind === 'email' ? { to: ['ops@oslo.example'] } : { url: address, secrets: [] };
  return send(kind, channel, connectionString(address), timeoutMs);
}

function send(
  kind: string,
  channel: object,
  settings: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<SendResult> {
  const all: typeof settings = { EMAIL_SENDER: 'alerts@responder.example', ...settings };
  const channels = openChannels({
    setting: (name) => all[name] ?? null,
    addresses: () => ({ development: true, allowHosts: [] }),
  });
  const receiver: Receiver = receiverWith('duty', { kind, ...channel }, timeoutMs);
  return channels.send(message(), receiver, Date.now());
}

/** The outcome, and how long it took. */
async function timed(work: () => Promise<SendResult>): Promise<{ result: SendResult; tookMs: number }> {
  const startMs = performance.now();
  const result = await work();
  return { result, tookMs: performance.now() - startMs };
}

// The SDKs are loaded with the first mail, which is no part of what is measured here.
beforeAll(async () => {
  await Promise.all([import('@azure/communication-email'), import('@azure/identity')]);
});

// Only Linux has 127.0.0.2 without being asked, and drops what its queue of connections cannot hold.
const isLinux = process.platform === 'linux';

describe.runIf(isLinux).each(['webhook', 'email'])('the time-out of %s is what happens', (kind) => {
  it.each([
    ['a host that says nothing', async () => `http://127.0.0.1:${await silent()}/`],
    ['a TLS handshake that is never answered', async () => `https://127.0.0.1:${await silent()}/`],
    [
      'hosts of which no address answers',
      async () => {
        const port = await slow('127.0.0.1', 0, 60_000);
        await slow('127.0.0.2', port, 60_000);
        resolveNames({ 'dead.example': ['127.0.0.1', '127.0.0.2'] });
        return `http://dead.example:${port}/`;
      },
    ],
    [
      'a name that is never resolved',
      async () => {
        resolveNames({ 'lost.example': null });
        return 'http://lost.example/';
      },
    ],
  ])('with %s', async (_, open) => {
    const address = await open();
    const { result, tookMs } = await timed(() => sendTo(kind, address, 1_000));
    expect(result).toMatchObject({
      kind: 'failedTemporarily',
      error: 'no answer within 1 s',
      timedOut: true,
    });
    expect(tookMs).toBeGreaterThan(950);
    expect(tookMs).toBeLessThan(1_800);
  });

  it('leaves a slow handshake its time although the host has another address', async () => {
    const port = await slow('127.0.0.1', 0, 700);
    resolveNames({ 'slow.example': ['127.0.0.1', '127.0.0.2'] });
    const { result, tookMs } = await timed(() => sendTo(kind, `http://slow.example:${port}/`, 8_000));
    expect(result).toEqual({ kind: 'sent' });
    // The handshake took longer than what Node.js gives an address by itself.
    expect(tookMs).toBeGreaterThan(500);
  });

  it('leaves the second address time when the first one is dead', async () => {
    const alive = createHttpServer((request, response) => request.resume().on('end', () => response.end()));
    const port = await listen(alive);
    await slow('127.0.0.2', port, 60_000);
    resolveNames({ 'half.example': ['127.0.0.2', '127.0.0.1'] });
    expect(await sendTo(kind, `http://half.example:${port}/`, 3_000)).toEqual({ kind: 'sent' });
  });
});

describe('the time-out of a mail is what happens', () => {
  it.each([
    [
      'with a proxy that accepts and says nothing',
      async () => {
        vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${await silent()}`);
        vi.stubEnv('NO_PROXY', '');
        return connectionString('https://mail.example/');
      },
    ],
    [
      'with an identity that never gives a token',
      async () => {
        vi.stubEnv('IDENTITY_ENDPOINT', `http://127.0.0.1:${await silent()}/token`);
        vi.stubEnv('IDENTITY_HEADER', 'header');
        return { COMMUNICATION_SERVICES_ENDPOINT: 'https://127.0.0.1:9/' };
      },
    ],
  ])('%s', async (_, settings) => {
    const opened = await settings();
    const { result, tookMs } = await timed(() => send('email', { to: ['ops@oslo.example'] }, opened, 1_000));
    expect(result).toMatchObject({ error: 'no answer within 1 s', timedOut: true });
    expect(tookMs).toBeGreaterThan(950);
    expect(tookMs).toBeLessThan(1_800);
  });
});

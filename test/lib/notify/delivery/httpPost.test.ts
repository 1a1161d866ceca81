import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { httpPost } from '../../../../src/lib/notify/delivery/httpPost.ts';
import { certificateFor, trust } from '../../../support/mailServer.ts';

vi.mock('node:dns', async (original) => {
  const dns = await original<typeof import('node:dns')>();
  const hosts: Record<string, string> = { 'inside.example': '10.0.0.4', 'public.example': '192.88.98.1' };
  const lookup = (host: string, options: object, callback: (error: Error | null, all?: object[]) => void) => {
    if (Object.hasOwn(hosts, host)) callback(null, [{ address: hosts[host]!, family: 4 }]);
    else if (host.endsWith('.example')) callback(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }));
    else dns.lookup(host, options as { all: true }, callback);
  };
  return { ...dns, lookup };
});

const proxySettings = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy'];
const away = 'far.example';

/** A receiver that speaks TLS as `far.example`, and a proxy that alone can reach it. */
describe('behind a proxy', () => {
  const asked: string[] = [];
  const came: string[] = [];
  let refusesWith: number | null = null;
  let receiver: Server;
  let proxy: Server;
  const sockets = new Set<Socket>();
  const portOf = (server: Server) => (server.address() as AddressInfo).port;

  beforeAll(async () => {
    const made = await certificateFor(away);
    trust(made.cert);
    receiver = createTlsServer(made, async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      came.push(body);
      response.end();
    });
    proxy = createServer().on('connect', (request: IncomingMessage, socket: Socket) => {
      asked.push(request.url ?? '');
      sockets.add(socket.on('error', () => {}));
      if (refusesWith !== null) {
        socket.end(`HTTP/1.1 ${refusesWith} No\r\n\r\n`);
        return;
      }
      const onward = connect(portOf(receiver), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      }).on('error', () => socket.destroy());
      sockets.add(onward);
    });
    for (const server of [receiver, proxy]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
  });

  afterAll(() => {
    trust();
    for (const socket of sockets) socket.destroy();
    for (const server of [receiver, proxy]) server.close();
  });

  beforeEach(() => {
    asked.length = 0;
    came.length = 0;
    refusesWith = null;
    for (const name of proxySettings) vi.stubEnv(name, undefined);
    vi.stubEnv('HTTPS_PROXY', `http://localhost:${portOf(proxy)}`);
  });
  afterEach(() => void vi.unstubAllEnvs());

  const post = (host: string, allowHosts: readonly string[] = []) =>
    httpPost(
      {
        url: `https://${host}/hook?key=s3cret`,
        named: "the webhook's address",
        headers: {},
        body: '{"said":1}',
        reads: false,
        timeoutMs: 1_000,
      },
      { development: false, allowHosts },
    );

  it('a request goes through the proxy, whose look-up decides where we cannot look up ourselves', async () => {
    expect(await post(away)).toMatchObject({ kind: 'answered', status: 200 });
    expect(asked).toEqual([`${away}:443`]);
    expect(came).toEqual(['{"said":1}']);
  });

  it.each([
    { what: 'a literal address of a private network', host: '10.0.0.4' },
    { what: 'a name that leads into a private network', host: 'inside.example' },
    { what: "Azure's wire server", host: '168.63.129.16' },
    { what: 'this machine', host: 'localhost' },
  ])('$what is refused before the proxy is asked', async ({ host }) => {
    const { result } = (await post(host)) as { result: { kind: string } };
    expect(result.kind).toBe('failedPermanently');
    expect(asked).toEqual([]);
  });

  it('a host in NO_PROXY is called without it', async () => {
    vi.stubEnv('NO_PROXY', away);
    expect(await post(away)).toMatchObject({
      kind: 'unanswered',
      result: { error: 'host name not found (ENOTFOUND)' },
    });
    expect(asked).toEqual([]);
  });

  it('a proxy that refuses is a fault that passes, in words and without the address', async () => {
    refusesWith = 403;
    const { result } = (await post(away)) as { result: { kind: string; error: string } };
    expect(result).toMatchObject({ kind: 'failedTemporarily', outcomeUnknown: false });
    expect(result.error).toBe('the proxy did not let it through (ERR_PROXY_TUNNEL)');
  });

  it('without a proxy a name that nobody knows is not found', async () => {
    vi.stubEnv('HTTPS_PROXY', undefined);
    expect(await post(away)).toMatchObject({ result: { error: 'host name not found (ENOTFOUND)' } });
  });
});

import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

/**
 * What becomes of a request while storage is out of order:
 * - `error`, `busy`: 500 or 503, nothing happened;
 * - `silence`: no answer ever, nothing happened;
 * - `lostAnswer`: it happened, and the connection broke before the answer.
 */
export type Fault = 'error' | 'busy' | 'silence' | 'lostAnswer';

export type Service = 'table' | 'queue';

export type FaultyStorage = {
  readonly connectionString: string;
  /** Called for each request; null lets it through. */
  faultOf: (service: Service) => Fault | null;
  /** How often each fault was met. */
  readonly met: Record<Fault, number>;
  close(): Promise<void>;
};

/** A reverse proxy in front of the tables and queues that a connection string names. */
export async function startFaultyStorage(connectionString: string): Promise<FaultyStorage> {
  const met = { error: 0, busy: 0, silence: 0, lostAnswer: 0 };
  const servers: ReturnType<typeof createServer>[] = [];
  const storage: FaultyStorage = {
    connectionString,
    faultOf: () => null,
    met,
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
  let through = connectionString;
  for (const service of ['table', 'queue'] as const) {
    const name = service === 'table' ? 'TableEndpoint' : 'QueueEndpoint';
    const endpoint = new RegExp(`${name}=([^;]+)`, 'i').exec(connectionString)?.[1];
    if (endpoint === undefined) throw new Error(`no ${name} in the connection string`);
    const target = new URL(endpoint);
    const server = createServer((request, response) => {
      const fault = storage.faultOf(service);
      if (fault !== null) met[fault] += 1;
      if (fault === 'silence') request.resume();
      else if (fault === 'error' || fault === 'busy') {
        request.resume();
        const code = fault === 'busy' ? 'ServerBusy' : 'InternalError';
        const headers = {
          'x-ms-request-id': 'proxy',
          'x-ms-error-code': code,
          'content-type': 'application/json',
        };
        const said = { 'odata.error': { code, message: { lang: 'en-US', value: 'The proxy refuses it.' } } };
        response.writeHead(fault === 'busy' ? 503 : 500, headers).end(JSON.stringify(said));
      } else void forward(target, request, response, fault === 'lostAnswer');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
    const { port } = server.address() as AddressInfo;
    through = through.replace(endpoint, `http://127.0.0.1:${port}${target.pathname}`);
  }
  return Object.assign(storage, { connectionString: through });
}

/** The Host header stays: the signature does not cover it, and answers refer to it. */
async function forward(
  target: URL,
  request: IncomingMessage,
  response: ServerResponse,
  loseAnswer: boolean,
): Promise<void> {
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const { method, headers, url } = request;
      const outgoing = send({ hostname: target.hostname, port: target.port, path: url, method, headers });
      outgoing.once('response', resolve).once('error', reject);
      request.pipe(outgoing);
    });
    if (loseAnswer) {
      answer.resume();
      response.destroy();
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    await pipeline(answer, response);
  } catch {
    response.destroy();
  }
}

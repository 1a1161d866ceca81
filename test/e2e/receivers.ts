import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { WebhookBody } from '../../src/lib/notify/channels/webhook/render.ts';

export type Request = {
  readonly receiver: string;
  readonly atMs: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: WebhookBody;
  readonly verified: boolean;
  /** null: left hanging. */
  readonly status: number | null;
};

/** What a receiver answers to its n-th request, counted from 1. */
export type Answer = (
  n: number,
) => number | 'hang' | { status: number; headers: Record<string, string>; afterMs?: number };

/** The people's side: one server with a webhook for each name, which records and checks all it gets. */
export class Receivers {
  readonly secret = `whsec_${randomBytes(32).toString('base64')}`;
  readonly requests: Request[] = [];
  readonly #answers = new Map<string, Answer>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Receivers> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const receivers = new Receivers(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () =>
        receivers.#receive(
          `${request.url}`.slice(1),
          request.headers,
          Buffer.concat(chunks).toString(),
          response,
        ),
      );
    });
    return receivers;
  }

  #receive(receiver: string, headers: IncomingHttpHeaders, rawBody: string, response: ServerResponse): void {
    const answer = this.#answers.get(receiver)?.(this.of(receiver).length + 1) ?? 204;
    const reply = typeof answer === 'object' ? answer : { status: answer, headers: {}, afterMs: 0 };
    this.requests.push({
      receiver,
      atMs: Date.now(),
      headers,
      body: JSON.parse(rawBody) as WebhookBody,
      verified: this.#verifies(rawBody, headers),
      status: typeof reply.status === 'number' ? reply.status : null,
    });
    const { status } = reply;
    if (status === 'hang') return;
    setTimeout(() => response.writeHead(status, reply.headers).end(), reply.afterMs ?? 0);
  }

  #verifies(rawBody: string, headers: IncomingHttpHeaders): boolean {
    try {
      new Webhook(this.secret).verify(rawBody, headers as Record<string, string>);
      return true;
    } catch {
      return false;
    }
  }

  /** The channel of a receiver, for a configuration in flow style. */
  webhook(name: string): string {
    const { port } = this.#server.address() as AddressInfo;
    return `webhook: { url: "http://127.0.0.1:${port}/${name}", secret: "${this.secret}" }`;
  }

  answers(name: string, answer: Answer): void {
    this.#answers.set(name, answer);
  }

  of(name: string): Request[] {
    return this.requests.filter((request) => request.receiver === name);
  }

  /** What a receiver took in, oldest first. */
  taken(name: string): WebhookBody[] {
    return this.of(name)
      .filter((request) => request.status !== null && request.status < 300)
      .map((request) => request.body);
  }

  /** The same in short: `opened outageBegan`. */
  heard(name: string): string[] {
    return this.taken(name).map((body) => `${body.type.replace('incident.', '')} ${body.data.reason}`);
  }

  /**
   * What is wrong with all that was received, whatever the story: signatures, ids, a fact said twice, an incident
   * that does not begin with `opened` or goes on after `resolved`.
   */
  faults(): string[] {
    const faults: string[] = [];
    for (const { receiver, verified, headers, body } of this.requests) {
      if (!verified) faults.push(`${receiver}: the signature of ${body.data.noticeId} does not verify`);
      if (headers['webhook-id'] !== body.data.noticeId || !/^[\w-]{1,64}$/.test(body.data.noticeId))
        faults.push(`${receiver}: webhook-id ${headers['webhook-id']} of ${body.data.noticeId}`);
    }
    for (const receiver of new Set(this.requests.map((request) => request.receiver))) {
      const taken = this.taken(receiver);
      const ids = taken.map((body) => body.data.noticeId);
      if (new Set(ids).size < ids.length) faults.push(`${receiver}: told twice: ${ids}`);
      for (const [incident, told] of Map.groupBy(taken, (body) => body.data.incidentId)) {
        const types = told.map((body) => body.type.replace('incident.', ''));
        if (types.filter((type) => type === 'opened').length !== 1 || types[0] !== 'opened')
          faults.push(`${receiver}: ${incident} is told as ${types}`);
        if (types.slice(0, -1).includes('resolved'))
          faults.push(`${receiver}: ${incident} goes on: ${types}`);
      }
    }
    return faults;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

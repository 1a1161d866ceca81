import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The fields of a notice's body that the tests look at. */
export type NoticeBody = {
  readonly type: 'incident.opened' | 'incident.updated' | 'incident.reminder' | 'incident.resolved';
  readonly data: {
    readonly noticeId: string;
    readonly incidentId: string;
    readonly severity: string;
    readonly site: { readonly id: string };
    readonly devices: readonly {
      readonly deviceId: string;
      readonly phase: string;
      readonly flapping: boolean;
      readonly deleted?: boolean;
    }[];
  };
};

export type Heard = { readonly receiver: string; readonly webhookId: string; readonly body: NoticeBody };

export type Receivers = {
  readonly url: string;
  /** Every request that was read to its end, in order of arrival. */
  readonly heard: readonly Heard[];
  /** Resolves once that many more requests were read; they are not answered yet. */
  afterRequests(count: number): Promise<void>;
  close(): Promise<void>;
};

/** Webhook receivers, one for each path. They take some time to answer, and refuse a request now and then. */
export async function startReceivers(random: () => number): Promise<Receivers> {
  const heard: Heard[] = [];
  const waiting = new Set<{ at: number; resolve: () => void }>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    if (random() < 0.1) {
      response.writeHead(503).end();
      return;
    }
    heard.push({
      receiver: (request.url ?? '/').slice(1),
      webhookId: String(request.headers['webhook-id']),
      body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as NoticeBody,
    });
    for (const one of waiting) if (heard.length >= one.at) one.resolve();
    await sleep(random() * 60);
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    afterRequests(count) {
      return new Promise((resolve) => {
        const one = { at: heard.length + count, resolve };
        waiting.add(one);
      });
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

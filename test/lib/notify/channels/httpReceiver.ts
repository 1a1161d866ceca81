import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach } from 'vitest';

/** A request that came, and what it is answered with. */
export type Came = {
  readonly path: string;
  readonly headers: Record<string, unknown>;
  readonly body: unknown;
};
export type Given = {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** Breaks the connection instead. */
  readonly breaks?: boolean;
};

/** A receiver on this machine that answers by a script. */
export function useReceiver() {
  const came: Came[] = [];
  let answer: (request: Came, count: number) => Given = () => ({});
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const one = { path: request.url ?? '', headers: request.headers, body: JSON.parse(text) as unknown };
    came.push(one);
    const { status = 200, headers = {}, body = '', breaks = false } = answer(one, came.length);
    if (breaks) {
      response.destroy();
      return;
    }
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  let url = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    came.length = 0;
    answer = () => ({});
  });
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return {
    came,
    get url() {
      return url;
    },
    answers: (by: (request: Came, count: number) => Given) => {
      answer = by;
    },
  };
}

import type { ServerResponse } from 'node:http';

export type HttpAnswer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
};

export function sendAnswer(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...headers } as Record<string, string | string[]>);
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type RunningLocalCloud, startLocalCloud } from '../../../local/cloud/localCloud.ts';

export type Answer = { status: number; headers: Headers; body: unknown };

/** A local cloud for one test file, emptied before each test. */
export const useCloud = (): {
  readonly cloud: RunningLocalCloud;
  send: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;
  items: <T>(path: string) => Promise<T[]>;
} => {
  let cloud: RunningLocalCloud;
  const send = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const response = await fetch(`${cloud.url}${path}`, {
      method,
      headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  beforeAll(async () => {
    cloud = await startLocalCloud({ port: 0 });
  });
  beforeEach(async () => {
    await Promise.all(['/emails', '/hooks', '/logs'].map((path) => send('DELETE', path)));
  });
  afterAll(() => cloud.close());
  return {
    get cloud() {
      return cloud;
    },
    send,
    items: async <T>(path: string) => ((await send('GET', path)).body as { items: T[] }).items,
  };
};

import { describe, expect, it } from 'vitest';
import { useCloud } from './cloud.ts';

type Call = {
  name: string;
  status: number | null;
  body: unknown;
  headers: Record<string, string>;
  rawBody: string;
};

describe('the webhook catcher', () => {
  const local = useCloud();
  const calls = (): Promise<Call[]> => local.items('/hooks');

  it('keeps calls newest first, JSON parsed, with headers and the exact text', async () => {
    await local.send('POST', '/hooks/on-call', '{"type": "incident.opened"}', { 'webhook-id': 'n1' });
    await local.send('POST', '/hooks/other%20one', 'not json');
    expect(await calls()).toMatchObject([
      { name: 'other one', status: 200, body: 'not json' },
      {
        name: 'on-call',
        status: 200,
        body: { type: 'incident.opened' },
        rawBody: '{"type": "incident.opened"}',
        headers: { 'webhook-id': 'n1' },
      },
    ]);
    await local.send('DELETE', '/hooks');
    expect(await calls()).toEqual([]);
  });

  it('fails as the URL says', async () => {
    const answer = await local.send('POST', '/hooks/a?status=503&retryAfterSeconds=2', {});
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(await calls()).toMatchObject([{ status: 503 }]);
  });

  it('does as told at run time, for that name and so many calls only', async () => {
    await local.send('PUT', '/hooks/a/behaviour', { status: 400, times: 1 });
    expect((await local.send('POST', '/hooks/b', {})).status).toBe(200);
    expect((await local.send('POST', '/hooks/a', {})).status).toBe(400);
    expect((await local.send('POST', '/hooks/a', {})).status).toBe(200);
  });

  it('waits as told', async () => {
    const startedMs = performance.now();
    await local.send('POST', '/hooks/a?delayMs=120', {});
    expect(performance.now() - startedMs).toBeGreaterThan(110);
  });

  it('hangs as told, and shows the call all the same', async () => {
    const hanging = fetch(`${local.cloud.url}/hooks/a?hang=1`, {
      method: 'POST',
      body: '{}',
      signal: AbortSignal.timeout(200),
    });
    await expect(hanging).rejects.toThrow(/aborted|timeout/i);
    expect(await calls()).toMatchObject([{ name: 'a', status: null }]);
  });

  it('pages by 1,000 with a link to the next page', async () => {
    for (let batch = 0; batch < 41; batch += 1) {
      await Promise.all(
        Array.from({ length: 25 }, (_, n) => local.send('POST', `/hooks/h${batch * 25 + n}`, '1')),
      );
    }
    const first = (await local.send('GET', '/hooks')).body as { items: Call[]; nextLink: string };
    expect(first.items).toHaveLength(1000);
    const rest = (await (await fetch(first.nextLink)).json()) as { items: Call[]; nextLink: string | null };
    expect(rest.items).toHaveLength(25);
    expect(rest.nextLink).toBeNull();
    expect(new Set([...first.items, ...rest.items].map((call) => call.name)).size).toBe(1025);
  });

  it.each([
    ['PUT', '/hooks/a/behaviour', { status: 99 }, 400, /status/],
    ['PUT', '/hooks/a/behaviour', { colour: 1 }, 400, /colour/],
    ['PUT', '/hooks/a/behaviour', '{broken', 400, /not JSON/],
    ['POST', '/hooks/a?status=abc', {}, 400, /status/],
    ['GET', '/hooks?before=x', undefined, 400, /nextLink/],
    ['POST', '/hooks/%ff', {}, 400, /encoded/],
    ['GET', '/hooks/a', undefined, 405, /takes POST/],
    ['GET', '/nowhere', undefined, 404, /GET \/emails/],
    ['POST', '/hooks/a', 'x'.repeat(2 * 1024 * 1024 + 1), 413, /2097152 bytes/],
  ])('answers %s %s with %j clearly', async (method, path, body, status, message) => {
    const answer = await local.send(method, path, body);
    expect(answer).toMatchObject({ status, body: { error: { message: expect.stringMatching(message) } } });
  });
});

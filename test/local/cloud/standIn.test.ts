import { beforeEach, describe, expect, it } from 'vitest';
import { useCloud } from './cloud.ts';

const key = 'a'.repeat(32);
const trigger = {
  routing_key: key,
  event_action: 'trigger',
  dedup_key: 'inc_1/page',
  payload: { summary: 'Oslo plant: 3 of 4 devices offline', source: 'oslo', severity: 'critical' },
};

describe('every stand-in of a receiver', () => {
  const local = useCloud();
  const enqueue = (body: unknown = trigger) => local.send('POST', '/pagerduty/v2/enqueue', body);
  beforeEach(() => local.send('DELETE', '/pagerduty'));

  it('lists calls newest first, under a name that is no key, with what they were answered', async () => {
    await enqueue();
    await enqueue({ ...trigger, event_action: 'resolve' });
    expect(await local.items('/pagerduty')).toMatchObject([
      { name: 'enqueue', status: 202, body: { event_action: 'resolve' } },
      { name: 'enqueue', status: 202, body: trigger },
    ]);
  });

  it('misbehaves as it is told, for so many calls, and says when to come back', async () => {
    await local.send('PUT', '/pagerduty/behaviour', {
      status: 429,
      retryAfter: 30,
      error: 'Throttled',
      times: 1,
    });
    const refused = await enqueue();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30']);
    expect((await enqueue()).status).toBe(202);
  });

  it('misbehaves at one name alone', async () => {
    await local.send('PUT', '/pagerduty/behaviour', { status: 500, name: 'another' });
    expect((await enqueue()).status).toBe(202);
  });

  it('waits as told', async () => {
    await local.send('PUT', '/pagerduty/behaviour', { delayMs: 120 });
    const startedMs = performance.now();
    await enqueue();
    expect(performance.now() - startedMs).toBeGreaterThan(110);
  });

  it('does the work and loses the answer, or never answers', async () => {
    await local.send('PUT', '/pagerduty/behaviour', { loseAnswer: true });
    await expect(enqueue()).rejects.toThrow();
    await local.send('PUT', '/pagerduty/behaviour', { hang: true });
    const signal = AbortSignal.timeout(150);
    const hanging = fetch(`${local.cloud.url}/pagerduty/v2/enqueue`, { method: 'POST', body: '{}', signal });
    await expect(hanging).rejects.toThrow(/aborted|timeout/i);
    expect(await local.items('/pagerduty')).toMatchObject([{ status: null }, { status: 202 }]);
  });

  it('is emptied, and behaves again', async () => {
    await enqueue();
    await local.send('PUT', '/pagerduty/behaviour', { status: 500 });
    await local.send('DELETE', '/pagerduty');
    expect(await local.items('/pagerduty')).toEqual([]);
    expect((await enqueue()).status).toBe(202);
  });

  it('names what it does not understand of a behaviour', async () => {
    const answer = await local.send('PUT', '/pagerduty/behaviour', { colour: 1 });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('colour') } },
    });
  });
});

describe('PagerDuty', () => {
  const local = useCloud();
  const enqueue = (body: unknown) => local.send('POST', '/pagerduty/v2/enqueue', body);
  const tab = async () => (await local.send('GET', '/?tab=pagerduty')).body as string;
  beforeEach(() => local.send('DELETE', '/pagerduty'));

  it.each<[string, unknown, string]>([
    ['no key', { ...trigger, routing_key: undefined }, 'routing_key'],
    ['a key that is none', { ...trigger, routing_key: '' }, 'routing_key'],
    ['another action', { ...trigger, event_action: 'open' }, 'event_action'],
    ['a long dedup_key', { ...trigger, dedup_key: 'x'.repeat(256) }, 'dedup_key'],
    ['a resolve without a dedup_key', { routing_key: key, event_action: 'resolve' }, 'dedup_key'],
    ['a trigger without payload', { ...trigger, payload: undefined }, 'payload'],
    ['a long summary', { ...trigger, payload: { ...trigger.payload, summary: 'x'.repeat(1025) } }, 'summary'],
    ['another severity', { ...trigger, payload: { ...trigger.payload, severity: 'bad' } }, 'severity'],
    ['what is no JSON', '{broken', 'JSON'],
    ['more than 512 KB', { ...trigger, client: 'x'.repeat(512 * 1024) }, '524288'],
  ])('refuses %s', async (_, body, names) => {
    const answer = await enqueue(body);
    expect(answer).toMatchObject({
      status: 400,
      body: { status: 'invalid event', errors: [expect.stringContaining(names)] },
    });
  });

  it('draws an alert with its log, and drops what comes by another integration', async () => {
    await enqueue(trigger);
    await enqueue({ ...trigger, routing_key: 'b'.repeat(32), event_action: 'resolve' });
    expect(await tab()).toContain('<span class="bad">triggered</span> Oslo plant: 3 of 4 devices offline');
    await enqueue({ ...trigger, event_action: 'acknowledge' });
    await enqueue({ ...trigger, event_action: 'resolve' });
    const page = await tab();
    expect(page).toContain('<span class="good">resolved</span>');
    expect(page).toMatch(/Triggered: Oslo plant[\s\S]*Acknowledged[\s\S]*Resolved/);
    expect(page).toContain('PagerDuty (4)');
  });

  it('keeps an alert acknowledged, whatever is triggered after that', async () => {
    await enqueue(trigger);
    await enqueue({ ...trigger, event_action: 'acknowledge' });
    await enqueue(trigger);
    const page = await tab();
    expect(page).toContain('>acknowledged</span>');
    expect(page).toMatch(/Triggered[\s\S]*Acknowledged[\s\S]*Triggered/);
  });

  it('opens a new alert after the end, and escapes what stands in it', async () => {
    await enqueue(trigger);
    await enqueue({ ...trigger, event_action: 'resolve' });
    await enqueue({ ...trigger, payload: { ...trigger.payload, summary: '<img src=x onerror=alert(1)>' } });
    const page = await tab();
    expect(page.match(/class="alert"/g)).toHaveLength(2);
    expect(page).not.toContain('<img');
  });
});

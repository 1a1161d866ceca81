import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixtureHost, startFixtureHost } from './fixtureHost.ts';

// Nothing listens there.
const storage =
  'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=aQ==;QueueEndpoint=http://127.0.0.1:9/a;';
const env = { AzureWebJobsStorage: storage, FIXTURE_QUEUE: 'unreachable' };

describe('HTTP triggers', () => {
  let host: FixtureHost;
  beforeAll(async () => {
    host = await startFixtureHost(env);
  });
  afterAll(() => host.process.kill());

  it('hand over method, route parameters, query and body, and answer with headers', async () => {
    const response = await fetch(`${host.url}/API/Devices/a%23b%3Fc%25d?q=1&q=2`, {
      method: 'PUT',
      body: 'héllo',
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-id')).toBe('a%23b%3Fc%25d');
    expect(response.headers.get('set-cookie')).toBe('seen=yes; Path=/');
    expect(await response.json()).toEqual({ id: 'a#b?c%d', q: ['1', '2'], text: 'héllo' });
  });

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('take %s', async (method) => {
    const response = await fetch(`${host.url}/api/devices/a/b`, { method });
    expect(await response.json()).toMatchObject({ id: 'a', part: 'b' });
  });

  it('answer HEAD with headers alone', async () => {
    const response = await fetch(`${host.url}/api/devices/a`, { method: 'HEAD' });
    expect([response.status, response.headers.get('x-id'), await response.text()]).toEqual([200, 'a', '']);
  });

  it('prefer the more exact route, and take several parameters', async () => {
    expect(await (await fetch(`${host.url}/api/devices/known`)).text()).toBe('known');
    expect(await (await fetch(`${host.url}/api/pages/a/b%20c`)).text()).toBe('a b c');
  });

  it.each([
    ['no route', 'GET', '/api/nothing', 404],
    ['another method', 'OPTIONS', '/api/devices/a', 404],
    ['too long a path', 'GET', '/api/devices/a/b/c', 404],
    ['outside the prefix', 'GET', '/devices/a', 404],
    ['the start page', 'GET', '/', 200],
    ['a throw', 'GET', '/api/throws', 500],
    ['a function that outlasts functionTimeout', 'GET', '/api/slow', 500],
  ])('answer %s', async (_case, method, path, status) => {
    const response = await fetch(`${host.url}${path}`, { method });
    expect(response.status).toBe(status);
    if (status === 500) expect(await response.text()).toBe('');
  });

  it('answer a request target that is no path with 400 and go on', async () => {
    const port = Number(new URL(host.url).port);
    const status = await new Promise((resolve, reject) => {
      request({ port, host: '127.0.0.1', path: '//' }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(400);
    expect((await fetch(`${host.url}/`)).status).toBe(200);
  });
});

describe('timer triggers', () => {
  it('run once at the start and then on schedule', async ({ onTestFinished }) => {
    const host = await startFixtureHost(env);
    onTestFinished(() => void host.process.kill());
    const [first, second] = await host.callsOf('tick', 2);
    expect(first?.input).toMatchObject({ isPastDue: true, schedule: { adjustForDST: true } });
    expect(second?.input).toMatchObject({ isPastDue: false });
  });
});

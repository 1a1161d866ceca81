import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixtureHost, startFixtureHost } from './fixtureHost.ts';

let host: FixtureHost;

beforeAll(async () => {
  // Nothing listens there: an unreachable storage must not harm the other triggers.
  const storage =
    'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=aQ==;QueueEndpoint=http://127.0.0.1:9/a;';
  host = await startFixtureHost({
    AzureWebJobsStorage: storage,
    FIXTURE_QUEUE: 'unreachable',
    FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '4000000',
  });
});
afterAll(() => host.process.kill());

function post(functionName: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${host.url}/runtime/webhooks/eventgrid?functionName=${functionName}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'aeg-event-type': 'Notification', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

describe('Event Grid endpoint', () => {
  it('calls a single-event function once for each element', async () => {
    const { status } = await post('single', [{ id: '1' }, { id: '2' }]);
    expect(status).toBe(202);
    expect((await host.calls('single')).map((call) => call.input)).toEqual([{ id: '1' }, { id: '2' }]);
  });

  it('calls a batch function once with the whole array, and with an array for a bare object', async () => {
    await post('batch', [{ id: '1', time: '2026-03-04T09:20:52.1840000Z' }, { id: '2' }]);
    await post('batch', { specversion: '1.0', id: '3' });
    await post('batch', []);
    expect((await host.calls('batch')).map((call) => call.input)).toEqual([
      [{ id: '1', time: '2026-03-04T09:20:52.1840000Z' }, { id: '2' }],
      [{ specversion: '1.0', id: '3' }],
      [],
    ]);
  });

  it('answers 500 when one of several invocations throws, after the others have run', async () => {
    const response = await post('failing', [{ fail: true }, { fail: false }]);
    expect(response.status).toBe(500);
    expect(await response.text()).toBe('Exception while executing function: failing');
    expect(await host.calls('failing')).toHaveLength(2);
  });

  it.each([
    ['Event Grid schema', [{ data: { validationCode: 'abc' } }]],
    ['CloudEvents with data as text', { specversion: '1.0', data: '{"validationCode":"abc"}' }],
  ])('answers the subscription handshake: %s', async (_case, body) => {
    const response = await post('single', body, { 'aeg-event-type': 'SubscriptionValidation' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(await response.json()).toEqual({ validationResponse: 'abc' });
  });

  it('answers the CloudEvents handshake', async () => {
    const response = await fetch(`${host.url}/runtime/webhooks/eventgrid?functionName=batch`, {
      method: 'OPTIONS',
      headers: { 'WebHook-Request-Origin': 'eventgrid.azure.net' },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('webhook-allowed-origin')).toBe('eventgrid.azure.net');
  });

  it.each([
    ['an unknown function', 'nobody', [], {}, 404],
    ['another case of the name', 'Batch', [], {}, 404],
    ['a function with another trigger', 'work', [], {}, 404],
    ['an unsubscribe', 'batch', '', { 'aeg-event-type': 'Unsubscribe' }, 202],
    ['another event type', 'batch', [], { 'aeg-event-type': 'Other' }, 400],
    ['broken JSON', 'batch', '[{"id":', {}, 500],
    ['an empty body', 'batch', '', {}, 500],
    ['an element that is no object', 'batch', [{ id: '1' }, 7], {}, 500],
    ['an element that is null', 'single', [null], {}, 500],
    ['two megabytes of garbage', 'batch', 'x\0{"'.repeat(524_288), {}, 500],
  ])('answers %s (%s) with its status and calls nothing', async (_case, name, body, headers, status) => {
    const before = (await host.calls('batch')).length + (await host.calls('single')).length;
    const response = await post(name, body, headers as Record<string, string>);
    expect(response.status).toBe(status);
    expect((await host.calls('batch')).length + (await host.calls('single')).length).toBe(before);
    expect((await post('empty', [{}])).status).toBe(202);
  });

  it('answers 404 with the name it looked for, and 400 without the event type', async () => {
    expect(await (await post('nobody', [])).text()).toBe("cannot find function: 'nobody'");
    const url = `${host.url}/runtime/webhooks/eventgrid?functionName=batch`;
    expect((await fetch(url, { method: 'POST', body: '[]' })).status).toBe(400);
    expect((await fetch(url)).status).toBe(400);
  });

  it('accepts one event of 2.7 MB, and answers 413 beyond the limit', async () => {
    expect((await post('empty', [{ data: 'x'.repeat(2_700_000) }])).status).toBe(202);
    expect((await post('empty', [{ data: 'x'.repeat(12_000_000) }])).status).toBe(413);
  });
});

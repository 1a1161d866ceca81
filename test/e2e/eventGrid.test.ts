import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventGridEvent } from '../support/events.ts';
import { eventually } from './eventually.ts';
import { type Stage, setStage, shortPolicy } from './stage.ts';

const json = { 'content-type': 'application/json' };
const notification = { ...json, 'aeg-event-type': 'Notification' };

let stage: Stage;
let { product, people, plant } = {} as Stage;

beforeAll(async () => {
  stage = await setStage(
    (receivers) => `
policy: { ${shortPolicy} }
receivers: { anyone: { ${receivers.webhook('anyone')} } }
routes: [{ to: [anyone] }]
`,
  );
  ({ product, people, plant } = stage);
});

afterAll(() => stage?.close());

describe('the Event Grid endpoint', () => {
  it('answers the validation handshake of both schemas', async () => {
    const headers = { ...json, 'aeg-event-type': 'SubscriptionValidation' };
    const type = 'Microsoft.EventGrid.SubscriptionValidationEvent';
    const data = { validationCode: '512d38b6', validationUrl: 'https://rp.example/validate' };
    for (const body of [
      [
        {
          id: '1',
          topic: '/t',
          subject: '',
          eventType: type,
          eventTime: '2026-03-04T09:00:00Z',
          data,
          dataVersion: '1',
        },
      ],
      { id: '1', source: '/t', type, specversion: '1.0', data: JSON.stringify(data) },
    ]) {
      const answer = await product.post(body, { headers });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ validationResponse: '512d38b6' });
    }
  });

  it('answers the OPTIONS of CloudEvents with the origin that it allows', async () => {
    const answer = await fetch(
      `${product.url}/runtime/webhooks/eventgrid?functionName=receiveConnectionEvent`,
      { method: 'OPTIONS', headers: { 'WebHook-Request-Origin': 'eventgrid.azure.net' } },
    );
    expect([answer.status, answer.headers.get('webhook-allowed-origin')]).toEqual([
      200,
      'eventgrid.azure.net',
    ]);
  });

  it.each([
    ['an unknown function', '?functionName=nobody', notification, 404],
    ['the name in another case', '?functionName=receiveconnectionevent', notification, 404],
    ['a function with another trigger', '?functionName=evaluateSite', notification, 404],
    ['an http function', '?functionName=health', notification, 404],
    ['no function', '', notification, 404],
    ['no aeg-event-type', '?functionName=receiveConnectionEvent', json, 400],
    [
      'another aeg-event-type',
      '?functionName=receiveConnectionEvent',
      { ...json, 'aeg-event-type': 'Hello' },
      400,
    ],
    [
      'an unsubscription',
      '?functionName=receiveConnectionEvent',
      { ...json, 'aeg-event-type': 'Unsubscribe' },
      202,
    ],
    ['no events', '?functionName=receiveConnectionEvent', notification, 202],
  ])('answers a POST for %s', async (_title, query, headers, status) => {
    expect((await product.post([], { query, headers })).status).toBe(status);
  });

  it.each([
    ['broken JSON', '[{"id": "1", ', 500],
    ['2 MB of garbage', '\u0000\uFFFD{]'.repeat(400_000), 500],
    ['2 MB of garbage as JSON', JSON.stringify([{ id: 'x', data: 'y'.repeat(2_000_000) }]), 202],
    ['a deep nest', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, 500],
    ['null', '[null]', 500],
    ['a number', '42', 500],
    ['an object of nothing', '{}', 202],
    ['prototype names', '[{"__proto__": {"a": 1}, "constructor": {}, "eventType": "toString"}]', 202],
  ])('survives %s', async (_title, body, status) => {
    expect((await product.post(body)).status).toBe(status);
    expect((await fetch(`${product.url}/api/health`)).status).toBe(200);
  });

  it('refuses what it does not serve', async () => {
    expect((await fetch(`${product.url}/api/incidents`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${product.url}/api/nothing`)).status).toBe(404);
    expect((await fetch(`${product.url}/api/incidents?status=closed`)).status).toBe(400);
    expect((await fetch(`${product.url}/api/notices?state=lost`)).status).toBe(400);
    expect((await fetch(`${product.url}/api/incidents/nobody`)).status).toBe(404);
  });

  it('still tells an outage after all that, once', async () => {
    const lost = eventGridEvent(plant.lost('pump-1'));
    expect((await product.post([lost])).status).toBe(202);
    await eventually(() => expect(people.heard('anyone')).toEqual(['opened outageBegan']));
    await sleep(2_000);
    expect(await product.incidents()).toHaveLength(1);
    expect(people.faults()).toEqual([]);
  });
});

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openTeams } from '../../../../../src/lib/notify/channels/teams/send.ts';
import type { TeamsSettings } from '../../../../../src/lib/notify/channels/teams/settings.ts';
import type { Receiver } from '../../../../../src/lib/policy/receiver.ts';
import { receiverWith } from '../../../../support/receivers.ts';
import { message, nowMs } from '../../renderMessages.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function flow(status: number, headers: Record<string, string> = {}) {
  const requests: { url: string; body: string; contentType: string | undefined }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      requests.push({ url: request.url ?? '', body, contentType: request.headers['content-type'] });
      response.writeHead(status, headers).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/flow?sig=k3y`, requests };
}

function receiver(
  webhookUrl: string,
  envelope: TeamsSettings['envelope'] = 'message',
): Receiver<TeamsSettings> {
  return receiverWith('hall 1', { kind: 'teams', webhookUrl, envelope }, 3_000);
}

function open(settings: Readonly<Record<string, string>> = {}, development = true) {
  return openTeams({
    setting: (name) => settings[name] ?? null,
    addresses: () => ({ development, allowHosts: [] }),
  });
}

describe('Teams', () => {
  it.each([
    [200, { kind: 'sent' }],
    [202, { kind: 'sent' }],
    [429, { kind: 'failedTemporarily', throttled: true, error: 'HTTP 429' }],
    [502, { kind: 'failedTemporarily', error: 'HTTP 502' }],
    [400, { kind: 'failedPermanently', error: 'HTTP 400' }],
    [401, { kind: 'failedPermanently', error: 'HTTP 401' }],
    [404, { kind: 'failedPermanently', error: 'HTTP 404' }],
    [307, { kind: 'failedPermanently', error: 'HTTP 307' }],
  ])('reads %d', async (status, result) => {
    const { url, requests } = await flow(status, { location: 'http://127.0.0.1:9/' });
    expect(await open().send(message(), receiver(url), nowMs)).toMatchObject(result);
    expect(requests).toHaveLength(1);
  });

  it('gets the card in a message, or alone', async () => {
    const { url, requests } = await flow(202);
    await open().send(message(), receiver(url), nowMs);
    await open().send(message(), receiver(url, 'card'), nowMs);
    const bodies = requests.map(({ body }) => JSON.parse(body));
    expect(bodies[0].attachments[0].content).toEqual(bodies[1]);
    expect(requests[0]?.contentType).toBe('application/json');
  });

  it('hears what the responder says of itself', async () => {
    const { url, requests } = await flow(202);
    const refused = {
      id: 'cfg_1',
      type: 'responder.configurationRefused',
      about: 'configuration',
      over: false,
      summary: 'Configuration refused: 1 mistake',
      explanation: [],
      problems: ['routes: is missing'],
    } as const;
    expect(await open().send(refused, receiver(url), nowMs)).toEqual({ kind: 'sent' });
    expect(requests[0]?.body).toContain('Configuration refused: 1 mistake');
  });

  it.each([
    ['https://prod-1.westeurope.logic.azure.com/workflows/0f?sig=k3y', 'copy the new address'],
    ['https://plant.webhook.office.com/webhookb2/k3y', 'make a flow'],
    ['https://127.0.0.1/flow?sig=k3y', 'private network'],
  ])('does not call %s', async (url, words) => {
    const result = await open({}, false).send(message(), receiver(url), nowMs);
    expect(result).toMatchObject({ kind: 'failedPermanently', error: expect.stringContaining(words) });
    expect(JSON.stringify(result)).not.toContain('k3y');
  });

  it('locally is the local cloud, by the name of the receiver', async () => {
    const { url, requests } = await flow(202);
    const settings = { LOCAL_RECEIVERS: new URL(url).origin };
    const configured = receiver('https://0f.environment.api.powerplatform.com/flow?sig=k3y');
    expect(await open(settings).send(message(), configured, nowMs)).toEqual({ kind: 'sent' });
    expect(requests[0]?.url).toBe('/teams/hall%201');
  });
});

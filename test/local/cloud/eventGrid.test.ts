import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openEventGrid } from '../../../src/lib/notify/channels/eventGrid/send.ts';
import { message, nowMs } from '../../lib/notify/renderMessages.ts';
import { trust } from '../../support/mailServer.ts';
import { receiverWith } from '../../support/receivers.ts';
import { useCloud } from './cloud.ts';

describe('a topic of Event Grid', () => {
  const local = useCloud();
  beforeEach(async () => {
    trust(local.cloud.certificatePem);
    vi.stubEnv('IDENTITY_ENDPOINT', `${local.cloud.url}/identity/token`);
    vi.stubEnv('IDENTITY_HEADER', 'header');
    await local.send('DELETE', '/eventgrid');
  });
  afterEach(() => {
    trust();
    vi.unstubAllEnvs();
  });

  const send = (settings: Readonly<Record<string, string>>) =>
    openEventGrid({
      setting: (name) => settings[name] ?? null,
      addresses: () => ({ development: true, allowHosts: [] }),
    }).send(
      message(),
      receiverWith('platform', { kind: 'eventGrid', endpoint: 'https://topic.example/api/events' }, 10_000),
      nowMs,
    );
  const here = () => ({ LOCAL_RECEIVERS: local.cloud.url, LOCAL_TOPICS: local.cloud.topicsUrl });

  it('takes events of the real client, with a token, by the name of the receiver', async () => {
    expect(await send(here())).toEqual({ kind: 'sent' });
    expect(await local.items('/eventgrid')).toMatchObject([
      { name: 'platform', status: 200, body: [{ type: 'IoTHubResponder.incident.opened' }] },
    ]);
    const tab = await local.send('GET', '/?tab=eventgrid');
    expect(tab.body).toContain('IoTHubResponder.incident.opened');
  });

  it('misbehaves as it is told', async () => {
    await local.send('PUT', '/eventgrid/behaviour', { status: 403 });
    expect(await send(here())).toMatchObject({
      kind: 'failedTemporarily',
      error: expect.stringContaining('HTTP 403'),
    });
  });

  it('has no door without TLS', async () => {
    expect((await local.send('POST', '/eventgrid/platform/api/events', [])).status).toBe(404);
  });
});

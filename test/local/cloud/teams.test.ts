import { describe, expect, it } from 'vitest';
import { renderTeams } from '../../../src/lib/notify/channels/teams/render.ts';
import { device, message } from '../../lib/notify/renderMessages.ts';
import { useCloud } from './cloud.ts';

describe('the flow of Teams', () => {
  const local = useCloud();
  const post = (body: unknown) => local.send('POST', '/teams/hall', body);

  it.each(['message', 'card'] as const)('takes a card in its envelope: %s', async (envelope) => {
    await local.send('DELETE', '/teams');
    expect((await post(renderTeams(message(), envelope))).status).toBe(202);
    expect(await local.items('/teams')).toMatchObject([{ name: 'hall', status: 202 }]);
  });

  it.each([
    ['no JSON', 'card', 400],
    ['a card of the retired connectors', { '@type': 'MessageCard', text: 'x' }, 400],
    ['a message without a card', { type: 'message', attachments: [] }, 400],
    [
      'more than Teams posts',
      { ...JSON.parse(renderTeams(message(), 'card')), more: 'x'.repeat(28 * 1024) },
      413,
    ],
  ])('refuses %s', async (_, body, status) => {
    expect((await post(body)).status).toBe(status);
  });

  it('has its cards drawn by the official renderer, on a page where nothing else runs', async () => {
    await local.send('DELETE', '/teams');
    const name = '</script><script>alert(1)</script>';
    await post(renderTeams(message({ devices: [device(name)] }), 'message'));
    const tab = await local.send('GET', '/?tab=teams');
    const frame = /src="(\/inbox\/teams\/\d+)"/.exec(String(tab.body))?.[1] ?? '';
    const page = await local.send('GET', frame);
    const nonce = /nonce-([^']+)'/.exec(page.headers.get('content-security-policy') ?? '')?.[1];
    const scripts = String(page.body).match(/<script[^>]*>/g) ?? [];
    expect(scripts).toHaveLength(4);
    expect(scripts.every((script) => script.includes(`nonce="${nonce}"`))).toBe(true);
    const renderer = await local.send('GET', '/inbox/adaptivecards.js');
    expect(String(renderer.body)).toContain('AdaptiveCards');
    expect((await local.send('GET', '/inbox/other.js')).status).toBe(404);
    expect((await local.send('GET', '/inbox/teams/999')).status).toBe(404);
  });
});

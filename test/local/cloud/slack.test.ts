import { beforeEach, describe, expect, it } from 'vitest';
import { useCloud } from './cloud.ts';

const section = {
  type: 'section',
  text: { type: 'mrkdwn', text: '`oslo-1` *offline* <https://a.example/?b=1&amp;c=2|Open>', verbatim: true },
};
const plain = (text: string) => ({ type: 'section', text: { type: 'plain_text', text } });

describe('Slack', () => {
  const local = useCloud();
  const call = (method: string, body: unknown, token: string | null = 'xoxb-1') =>
    local.send(
      'POST',
      `/slack/api/${method}`,
      body,
      token === null ? {} : { authorization: `Bearer ${token}` },
    );
  const post = async (more: object = {}) =>
    (await call('chat.postMessage', { channel: 'C1', text: 'x', blocks: [section], ...more })).body as {
      ok: boolean;
      channel: string;
      ts: string;
      message: { thread_ts?: string };
    };
  const tab = async () => (await local.send('GET', '/?tab=slack')).body as string;
  beforeEach(() => local.send('DELETE', '/slack'));

  it.each<[string, unknown, string | null, string]>([
    ['no token', { channel: 'C1', text: 'x' }, null, 'not_authed'],
    ['what is no token', { channel: 'C1', text: 'x' }, 'abc', 'invalid_auth'],
    ['what is no JSON', '{broken', 'xoxb-1', 'invalid_json'],
    ['no channel', { text: 'x' }, 'xoxb-1', 'channel_not_found'],
    ['neither text nor blocks', { channel: 'C1' }, 'xoxb-1', 'no_text'],
    ['a long text', { channel: 'C1', text: 'x'.repeat(40_001) }, 'xoxb-1', 'msg_too_long'],
    ['51 blocks', { channel: 'C1', blocks: Array(51).fill(section) }, 'xoxb-1', 'invalid_blocks'],
    ['a long section', { channel: 'C1', blocks: [plain('x'.repeat(3_001))] }, 'xoxb-1', 'invalid_blocks'],
    [
      'too much in all',
      { channel: 'C1', blocks: Array(5).fill(plain('x'.repeat(2_900))) },
      'xoxb-1',
      'msg_blocks_too_long',
    ],
  ])('answers %s with 200 and a name', async (_, body, token, error) => {
    expect(await call('chat.postMessage', body, token)).toMatchObject({
      status: 200,
      body: { ok: false, error },
    });
  });

  it('keeps threads, changes messages in place, and draws both', async () => {
    const head = await post();
    const reply = await post({ thread_ts: head.ts, reply_broadcast: true, blocks: [plain('<b>news</b>')] });
    expect(reply.message.thread_ts).toBe(head.ts);
    const changed = await call('chat.update', {
      channel: 'C1',
      ts: head.ts,
      text: 'y',
      blocks: [plain('changed')],
    });
    expect(changed.body).toMatchObject({ ok: true, ts: head.ts });
    const page = await tab();
    expect(page).toMatch(/changed[\s\S]*\(edited\)[\s\S]*also sent to the channel[\s\S]*&#60;b&#62;news/);
    expect(page.match(/<li class="message">/g)).toHaveLength(1);
  });

  it('draws code, bold words and links, and no other markup', async () => {
    await post();
    await post({ blocks: [plain('`a` *b* <javascript:alert(1)|c>')] });
    const page = await tab();
    expect(page).toContain('<code>oslo-1</code> <b>offline</b>');
    expect(page).toContain('<a href="https://a.example/?b=1&#38;c=2" target="_blank">Open</a>');
    expect(page).not.toContain('href="javascript');
  });

  it('sends a reply to a message that is gone to the channel, and changes it no more', async () => {
    const head = await post();
    expect((await call('chat.delete', { channel: 'C1', ts: head.ts })).body).toMatchObject({ ok: true });
    const stray = await post({ thread_ts: head.ts });
    expect(stray.ok).toBe(true);
    expect(stray.message.thread_ts).toBeUndefined();
    const update = await call('chat.update', { channel: 'C1', ts: head.ts, text: 'y' });
    expect(update.body).toEqual({ ok: false, error: 'message_not_found' });
  });

  it('takes a webhook’s messages under its name, and answers it in words', async () => {
    const hook = (body: unknown) => local.send('POST', '/slack/hooks/chat', body);
    expect(await hook({ text: 'x', blocks: [section] })).toMatchObject({ status: 200, body: 'ok' });
    expect(await hook('{broken')).toMatchObject({ status: 400, body: 'invalid_payload' });
    await local.send('PUT', '/slack/behaviour', { status: 404, error: 'no_service', times: 1 });
    expect(await hook({ text: 'x' })).toMatchObject({ status: 404, body: 'no_service' });
    expect((await local.items<{ name: string }>('/slack')).map(({ name }) => name)).toEqual([
      'chat',
      'chat',
      'chat',
    ]);
  });

  it.each([
    [{ error: 'token_revoked' }, 200, 'token_revoked'],
    [{ status: 429, retryAfter: 30 }, 429, 'ratelimited'],
    [{ status: 503 }, 503, 'internal_error'],
  ])('misbehaves as %j says', async (behaviour, status, error) => {
    await local.send('PUT', '/slack/behaviour', { ...behaviour, name: 'chat.update' });
    expect((await post()).ok).toBe(true);
    const answer = await call('chat.update', { channel: 'C1', ts: '1', text: 'y' });
    expect(answer).toMatchObject({ status, body: { ok: false, error } });
    expect(answer.headers.get('retry-after')).toBe('retryAfter' in behaviour ? '30' : null);
  });
});

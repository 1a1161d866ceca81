import { describe, expect, it } from 'vitest';
import type { Handle } from '../../../../../src/lib/incident/handle.ts';
import type { SendResult } from '../../../../../src/lib/notify/channel.ts';
import { openSlack } from '../../../../../src/lib/notify/channels/slack/send.ts';
import type { SlackSettings } from '../../../../../src/lib/notify/channels/slack/settings.ts';
import type { Message } from '../../../../../src/lib/notify/message.ts';
import type { Receiver } from '../../../../../src/lib/policy/receiver.ts';
import { configOf } from '../../../../support/configOf.ts';
import { hasIt, message, nowMs, resolved } from '../../renderMessages.ts';
import { type Given, useReceiver } from '../httpReceiver.ts';

const token = 'xoxb-s3cret';
const general = configOf('receivers: { chat: { email: { to: [a@b.example] } } }\nroutes: []').receivers.get(
  'chat',
)!;
const update = message({ type: 'incident.updated', reason: 'outageGrew', noticeId: 'ntc_2' });
const end = resolved({ noticeId: 'ntc_3' });

describe('slack', () => {
  const workspace = useReceiver();
  const channel = openSlack({
    setting: () => null,
    addresses: () => ({ development: true, allowHosts: [] }),
  });
  const receiver = (change: Partial<SlackSettings> = {}): Receiver<SlackSettings> => ({
    ...general,
    channel: {
      kind: 'slack',
      botToken: token,
      channel: '#alerts',
      apiUrl: `${workspace.url}/api`,
      webhookUrl: null,
      ...change,
    },
  });
  type Body = {
    channel?: string;
    ts?: string;
    thread_ts?: string;
    reply_broadcast?: boolean;
    parse?: string;
  };
  /** What was asked, in short: `post`, `update 1`, `reply 1`, `reply 1 to all`. */
  const asked = () =>
    workspace.came.map(({ path, body }) => {
      const { ts, thread_ts, reply_broadcast } = body as Body;
      if (path.endsWith('chat.update')) return `update ${ts}`;
      return thread_ts === undefined ? 'post' : `reply ${thread_ts}${reply_broadcast ? ' to all' : ''}`;
    });
  /** Posts get the next number as `ts`; replies say whose thread they are in. */
  const works = (): ((path: string, body: Body) => Given) => {
    let posts = 0;
    return (path, { ts, thread_ts }) => {
      if (path.endsWith('chat.update')) return { body: { ok: true, channel: 'C1', ts } };
      posts += 1;
      const made = { ts: String(posts), ...(thread_ts === undefined ? {} : { thread_ts }) };
      return { body: { ok: true, channel: 'C1', ts: made.ts, message: made } };
    };
  };
  /** Answers as a workspace does, but for the calls that are named otherwise, in order. */
  function answers(...odd: (Given | null)[]): void {
    const usual = works();
    workspace.answers(({ path, body }, count) => odd[count - 1] ?? usual(path, body as Body));
  }
  const notOk = (error: string): Given => ({ body: { ok: false, error } });
  const send = (given: Message, handle: Handle | null = null): Promise<SendResult> =>
    channel.send(given, receiver(), nowMs, handle);
  const head: Handle = { kind: 'slack', channel: 'C1', ts: '7' };

  it('writes a head first, then changes it and adds to its thread, and tells the end to the channel too', async () => {
    answers();
    const first = await send(message());
    expect(first).toEqual({ kind: 'sent', handle: { kind: 'slack', channel: 'C1', ts: '1' } });
    expect(await send(update, first.handle)).toEqual(first);
    expect(await send(end, first.handle)).toEqual(first);
    expect(asked()).toEqual(['post', 'update 1', 'reply 1', 'update 1', 'reply 1 to all']);
    expect(workspace.came[0]).toMatchObject({
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
      body: { channel: '#alerts', unfurl_links: false },
    });
    // By the id of the channel, which a change needs.
    expect(workspace.came[1]?.body).toMatchObject({ channel: 'C1', parse: 'none' });
  });

  it('changes the head when somebody has it, and says so in the thread alone', async () => {
    answers();
    const has = { reason: 'acknowledged', acknowledged: hasIt, noticeId: 'ntc_2' } as const;
    await send(message({ type: 'incident.updated', ...has }), head);
    expect(asked()).toEqual(['update 7', 'reply 7']);
    const [changed, reply] = workspace.came.map(({ body }) => JSON.stringify(body));
    expect(changed).toContain('Ola Nordmann until 14:30');
    expect(reply).toContain('Ola Nordmann has this until 14:30');
    expect(reply).not.toContain('Is the power on');
  });

  it.each(['message_not_found', 'cant_update_message', 'edit_window_closed', 'thread_not_found'])(
    'writes a new head that the incident then keeps after %s',
    async (error) => {
      answers(notOk(error));
      expect(await send(update, head)).toEqual({
        kind: 'sent',
        handle: { kind: 'slack', channel: 'C1', ts: '1' },
      });
      expect(asked()).toEqual(['update 7', 'post']);
    },
  );

  it('takes a reply that went to the channel for the new head', async () => {
    answers(null, { body: { ok: true, channel: 'C1', ts: '8', message: { ts: '8' } } });
    expect(await send(update, head)).toEqual({
      kind: 'sent',
      handle: { kind: 'slack', channel: 'C1', ts: '8' },
    });
    expect(asked()).toEqual(['update 7', 'reply 7', 'update 8']);
  });

  it('does nothing twice: a retry goes on where the attempt ended', async () => {
    answers(null, {
      status: 429,
      headers: { 'retry-after': '30' },
      body: { ok: false, error: 'ratelimited' },
    });
    const busy = await send(update, head);
    expect(busy).toMatchObject({ kind: 'failedTemporarily', retryAfterMs: 30_000, outcomeUnknown: true });
    answers();
    expect(await send(update, busy.handle)).toEqual({ kind: 'sent', handle: head });
    expect(asked()).toEqual(['update 7', 'reply 7', 'reply 7']);
  });

  it('changes the head again when there is more to say by the next try', async () => {
    answers(null, { status: 503 });
    const busy = await send(update, head);
    answers();
    const more = { ...update, counts: { ...update.counts, offline: 40 } };
    await send(more, busy.handle);
    expect(asked()).toEqual(['update 7', 'reply 7', 'update 7', 'reply 7']);
  });

  it('has told in part when the head is changed and the reply is refused', async () => {
    answers(null, notOk('restricted_action_thread_locked'));
    expect(await send(update, head)).toMatchObject({
      kind: 'sentPartly',
      error: 'restricted_action_thread_locked',
      handle: { ts: '7' },
    });
  });

  it.each<[string, Given, object]>([
    [
      'ratelimited',
      notOk('ratelimited'),
      { kind: 'failedTemporarily', error: 'ratelimited', throttled: true },
    ],
    ['rate_limited', notOk('rate_limited'), { kind: 'failedTemporarily', throttled: true }],
    ['internal_error', notOk('internal_error'), { kind: 'failedTemporarily', error: 'internal_error' }],
    ['fatal_error', notOk('fatal_error'), { kind: 'failedTemporarily' }],
    ['service_unavailable', notOk('service_unavailable'), { kind: 'failedTemporarily' }],
    ['request_timeout', notOk('request_timeout'), { kind: 'failedTemporarily' }],
    ['429', { status: 429 }, { kind: 'failedTemporarily', error: 'HTTP 429', throttled: true }],
    ['500', { status: 500 }, { kind: 'failedTemporarily', error: 'HTTP 500' }],
    ['token_revoked', notOk('token_revoked'), { kind: 'failedPermanently', error: 'token_revoked' }],
    ['invalid_auth', notOk('invalid_auth'), { kind: 'failedPermanently', error: 'invalid_auth' }],
    ['is_archived', notOk('is_archived'), { kind: 'failedPermanently', error: 'is_archived' }],
    ['a redirect', { status: 302 }, { kind: 'failedPermanently', error: 'HTTP 302' }],
    ['what is no answer', { body: '<html>' }, { kind: 'failedTemporarily', outcomeUnknown: true }],
    ['a lost answer', { breaks: true }, { kind: 'failedTemporarily', outcomeUnknown: true }],
  ])('reads %s to a first notice, and remembers no head', async (_, given, result) => {
    answers(given);
    const answer = await send(message());
    expect(answer).toMatchObject(result);
    expect(answer.handle).toBeUndefined();
    expect(JSON.stringify(answer)).not.toContain('s3cret');
  });

  it('keeps the head through a revoked token, and goes on with it', async () => {
    answers(notOk('token_revoked'));
    const refused = await send(update, head);
    expect(refused).toEqual({ kind: 'failedPermanently', error: 'token_revoked' });
    answers();
    expect(await send(end, head)).toMatchObject({ kind: 'sent', handle: head });
  });

  it('posts an announcement by itself', async () => {
    answers();
    const given = {
      id: 'cfg_1',
      type: 'responder.configurationRefused',
      about: 'configuration',
      over: false,
      summary: 'Refused',
      explanation: [],
      problems: [],
    } as const;
    expect(await channel.send(given, receiver(), nowMs)).toEqual({ kind: 'sent' });
    expect(asked()).toEqual(['post']);
  });

  describe('by a webhook', () => {
    const hook = () =>
      receiver({ botToken: null, channel: null, webhookUrl: `${workspace.url}/services/T1/B1/s3cret` });

    it('writes one message for each notice', async () => {
      workspace.answers(() => ({ body: 'ok' }));
      for (const given of [message(), update, end])
        expect(await channel.send(given, hook(), nowMs)).toEqual({ kind: 'sent' });
      expect(workspace.came.map(({ path }) => path)).toEqual(Array(3).fill('/services/T1/B1/s3cret'));
    });

    it.each<[number, string, object]>([
      [404, 'no_service', { kind: 'failedPermanently', error: 'HTTP 404 no_service' }],
      [400, 'invalid_payload', { kind: 'failedPermanently', error: 'HTTP 400 invalid_payload' }],
      [403, 'action_prohibited', { kind: 'failedPermanently', error: 'HTTP 403 action_prohibited' }],
      [410, 'channel_is_archived', { kind: 'failedPermanently', error: 'HTTP 410 channel_is_archived' }],
      [429, '', { kind: 'failedTemporarily', throttled: true }],
      [500, 'rollup_error', { kind: 'failedTemporarily', error: 'HTTP 500 rollup_error' }],
    ])('reads %i %s', async (status, body, result) => {
      workspace.answers(() => ({ status, body }));
      const answer = await channel.send(message(), hook(), nowMs);
      expect(answer).toMatchObject(result);
      expect(JSON.stringify(answer)).not.toContain('s3cret');
    });
  });

  it('calls the local cloud where that stands in, by the receiver’s name', async () => {
    workspace.answers(() => ({ body: 'ok' }));
    const local = openSlack({
      setting: (name) => (name === 'LOCAL_RECEIVERS' ? workspace.url : null),
      addresses: () => ({ development: false, allowHosts: [] }),
    });
    const by = receiver({ botToken: null, channel: null, webhookUrl: 'https://hooks.slack.com/services/T1' });
    await local.send(message(), by, nowMs);
    expect(workspace.came[0]?.path).toBe('/slack/hooks/chat');
  });
});

import type { InboxTab } from '../inboxTab.ts';
import type { Reply } from '../reply.ts';
import { type CloudRequest, header } from '../request.ts';
import { createStandIn, type StandIn, type StandInBehaviour } from '../standIn.ts';
import { createChannels } from './channels.ts';
import { drawChannels } from './drawChannels.ts';
import { messageFault } from './limits.ts';

const mostBytes = 1024 * 1024;

type Body = {
  channel?: unknown;
  ts?: unknown;
  thread_ts?: unknown;
  reply_broadcast?: unknown;
  text?: unknown;
  blocks?: unknown;
};

const bodyOf = (request: CloudRequest): Body | null => {
  try {
    const value: unknown = JSON.parse(request.body.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
};

/** Errors of the Web API are a name in an answer of 200. */
const notOk = (error: string): Reply => ({ status: 200, body: { ok: false, error } });
const word = (status: number, text: string): Reply => ({ status, body: text });

/** The Web API's methods that notices need, and incoming webhooks: answers, limits, and the channels that come of it. */
export const createSlack = (): StandIn & { tab: InboxTab } => {
  const channels = createChannels();

  /** A call with a token and a channel; without them it is answered as Slack does. */
  const method =
    (handle: (body: Body & { channel: string }, request: CloudRequest) => Reply) =>
    (request: CloudRequest): Reply => {
      const token = /^Bearer (.+)$/.exec(header(request, 'authorization') ?? '')?.[1];
      if (token === undefined) return notOk('not_authed');
      if (!/^xox/.test(token)) return notOk('invalid_auth');
      const body = bodyOf(request);
      if (body === null) return notOk('invalid_json');
      if (typeof body.channel !== 'string' || body.channel === '') return notOk('channel_not_found');
      return handle({ ...body, channel: body.channel }, request);
    };

  const postMessage = method((body, request) => {
    const fault = messageFault(body);
    if (fault !== null) return notOk(fault);
    const { channel, thread_ts, reply_broadcast, text = '', blocks = null } = body;
    // A reply to a message that is gone goes to the channel, with `ok: true` and without `thread_ts`.
    const parent = typeof thread_ts === 'string' ? channels.find(channel, thread_ts) : undefined;
    const threadTs = parent ? (parent.threadTs ?? parent.ts) : null;
    const message = channels.add(
      {
        channel,
        threadTs,
        broadcast: threadTs !== null && reply_broadcast === true,
        text: String(text),
        blocks,
      },
      request.nowMs,
    );
    const shown = {
      type: 'message',
      text,
      ts: message.ts,
      ...(threadTs === null ? {} : { thread_ts: threadTs }),
    };
    return { status: 200, body: { ok: true, channel, ts: message.ts, message: shown } };
  });

  const update = method((body) => {
    const message = typeof body.ts === 'string' ? channels.find(body.channel, body.ts) : undefined;
    if (message === undefined) return notOk('message_not_found');
    const fault = messageFault(body);
    if (fault !== null) return notOk(fault);
    message.text = String(body.text ?? '');
    message.blocks = body.blocks ?? null;
    message.edited = true;
    return { status: 200, body: { ok: true, channel: message.channel, ts: message.ts, text: message.text } };
  });

  const remove = method((body) => {
    const message = typeof body.ts === 'string' ? channels.find(body.channel, body.ts) : undefined;
    if (message === undefined) return notOk('message_not_found');
    channels.remove(message);
    return { status: 200, body: { ok: true, channel: message.channel, ts: message.ts } };
  });

  const hook = (request: CloudRequest): Reply => {
    const body = bodyOf(request);
    if (body === null) return word(400, 'invalid_payload');
    const fault = messageFault(body);
    if (fault !== null) return word(400, fault);
    const channel = `#${request.params.name}`;
    const { text = '', blocks = null } = body;
    channels.add({ channel, threadTs: null, broadcast: false, text: String(text), blocks }, request.nowMs);
    return word(200, 'ok');
  };

  const refusal = ({ status, error }: StandInBehaviour): Reply => {
    const failed = status != null && status >= 300;
    if (!failed) return notOk(error ?? 'fatal_error');
    return {
      status,
      body: { ok: false, error: error ?? (status === 429 ? 'ratelimited' : 'internal_error') },
    };
  };

  const door = (name: string, answer: (request: CloudRequest) => Reply) => ({
    path: `/slack/api/${name}`,
    name,
    maxBytes: mostBytes,
    answer,
  });
  const standIn = createStandIn(
    'slack',
    [
      door('chat.postMessage', postMessage),
      door('chat.update', update),
      door('chat.delete', remove),
      {
        path: '/slack/hooks/{name}',
        maxBytes: mostBytes,
        answer: hook,
        // Webhooks answer with a word.
        refusal: ({ status, error }) => word(status ?? 400, error ?? 'invalid_payload'),
      },
    ],
    refusal,
    channels.clear,
  );
  return {
    ...standIn,
    tab: {
      id: 'slack',
      label: 'Slack',
      calls: standIn.calls,
      empty: 'No message yet. A receiver with slack appears here.',
      draw: () => drawChannels(channels.list()),
    },
  };
};

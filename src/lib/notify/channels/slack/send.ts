import { createHash } from 'node:crypto';
import type { Channel, SendResult } from '../../channel.ts';
import { isAnnouncement, isDigest, type Message, single } from '../../message.ts';
import { digestAsList } from '../../words/digest.ts';
import type { Installation } from '../channelKind.ts';
import { localReceivers } from '../localReceivers.ts';
import { callMethod, postToWebhook, type SlackAnswer, type SlackAttempt } from './api.ts';
import { announcementContent, headContent, replyContent, type SlackContent } from './blocks.ts';
import { type Head, handleOf, readHead } from './head.ts';
import type { SlackSettings } from './settings.ts';

/**
 * Sends notices to a channel of Slack. A bot writes one message for an incident, the head, changes it in place and adds
 * each later notice to its thread, the end also to the channel. A webhook cannot change what it wrote (it learns no
 * `ts`): it writes one message for each notice.
 */
export function openSlack(installation: Installation): Channel<SlackSettings> {
  const standIn = localReceivers(installation);
  return {
    async send(message, receiver, nowMs, handle = null) {
      const { botToken, channel, apiUrl, webhookUrl } = receiver.channel;
      const { timeoutMs } = receiver.delivery;
      const rules = installation.addresses();
      const attempt: SlackAttempt = {
        rules: standIn === null ? rules : { ...rules, development: true },
        timeoutMs,
        signal: AbortSignal.timeout(timeoutMs),
        nowMs,
      };
      if (botToken === null || channel === null) {
        const url =
          standIn === null
            ? (webhookUrl ?? '')
            : `${standIn}/slack/hooks/${encodeURIComponent(receiver.name)}`;
        const content = isAnnouncement(message)
          ? announcementContent(message)
          : isDigest(message)
            ? announcementContent(digestAsList(message))
            : headContent(message);
        return postToWebhook(url, messageOf(content), attempt);
      }
      const api = standIn === null ? apiUrl : `${standIn}/slack/api`;
      const bot: Bot = {
        channel,
        post: (body) => callMethod(api, 'chat.postMessage', botToken, body, attempt),
        update: (body) => callMethod(api, 'chat.update', botToken, body, attempt),
      };
      const one = single(message);
      if (!isAnnouncement(one)) return tell(bot, one, readHead(handle));
      const answer = await bot.post({ channel, ...messageOf(announcementContent(one)) });
      return answer.kind === 'done' ? { kind: 'sent' } : failure(answer);
    },
  };
}

type Bot = {
  readonly channel: string;
  readonly post: (body: object) => Promise<SlackAnswer>;
  readonly update: (body: object) => Promise<SlackAnswer>;
};

/** A first notice is the head; a later one changes the head and then adds to its thread. */
async function tell(bot: Bot, message: Message, head: Head | null): Promise<SendResult> {
  const content = headContent(message);
  if (head === null) return newHead(bot, content);
  const says = createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 12);
  if (head.notice !== message.noticeId || head.says !== says) {
    const answer = await change(bot, head, content);
    if (answer.kind === 'gone') return newHead(bot, content);
    if (answer.kind === 'failed') return answer.result;
  }
  const changed: Head = { ...head, notice: message.noticeId, says };
  const reply = await bot.post({
    channel: head.channel,
    thread_ts: head.ts,
    ...(message.status === 'resolved' ? { reply_broadcast: true } : {}),
    ...messageOf(replyContent(message)),
  });
  if (reply.kind === 'gone') return newHead(bot, content);
  if (reply.kind === 'failed') return afterTheChange(reply.result, changed);
  if (reply.threadTs !== null) return sentWith({ ...head, notice: null, says: null });
  // The head was deleted meanwhile: the reply stands in the channel by itself, and becomes the head.
  const adopted: Head = { channel: reply.channel, ts: reply.ts, notice: null, says: null };
  const answer = await change(bot, adopted, content);
  return answer.kind === 'failed' ? afterTheChange(answer.result, adopted) : sentWith(adopted);
}

async function newHead(bot: Bot, content: SlackContent): Promise<SendResult> {
  const answer = await bot.post({ channel: bot.channel, ...messageOf(content) });
  if (answer.kind !== 'done') return failure(answer);
  return sentWith({ channel: answer.channel, ts: answer.ts, notice: null, says: null });
}

function change(bot: Bot, { channel, ts }: Head, { text, blocks }: SlackContent): Promise<SlackAnswer> {
  // `parse` is `client` for this method unless it is said (docs.slack.dev, chat.update).
  return bot.update({ channel, ts, text, blocks, parse: 'none', link_names: false });
}

function messageOf({ text, blocks }: SlackContent): object {
  return { text, blocks, unfurl_links: false, unfurl_media: false };
}

function sentWith(head: Head): SendResult {
  return { kind: 'sent', handle: handleOf(head) };
}

function failure(answer: Exclude<SlackAnswer, { kind: 'done' }>): SendResult {
  return answer.kind === 'failed' ? answer.result : { kind: 'failedPermanently', error: answer.error };
}

/** The head says it already, so it may have been read; what is done is not done again. */
function afterTheChange(result: SendResult, head: Head): SendResult {
  const handle = handleOf(head);
  switch (result.kind) {
    case 'failedTemporarily':
      return { ...result, outcomeUnknown: true, handle };
    case 'failedPermanently':
      return { kind: 'sentPartly', error: result.error, handle };
    default:
      return { ...result, handle };
  }
}

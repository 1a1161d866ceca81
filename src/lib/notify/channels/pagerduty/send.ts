import type { AddressRules } from '../../../outgoing/addressGuard.ts';
import type { Receiver } from '../../../policy/receiver.ts';
import type { Channel, SendResult } from '../../channel.ts';
import { readAnswer } from '../../delivery/httpAnswer.ts';
import { httpPost } from '../../delivery/httpPost.ts';
import { isAnnouncement, single } from '../../message.ts';
import { cutText } from '../../words/cutText.ts';
import { oneLine } from '../../words/oneLine.ts';
import type { Installation } from '../channelKind.ts';
import { localReceivers } from '../localReceivers.ts';
import { announcementEvent, buildEvent, type PagerDutyEvent } from './buildEvent.ts';
import { handleOf, integrationOf, keyOf, openIn, withIntegration } from './integrationKeys.ts';
import type { PagerDutySettings } from './settings.ts';

/**
 * Sends notices as events of PagerDuty's Events API v2. An incident is one alert, and each of its events goes by the
 * integration key that opened it: the handle names the keys that did, so that a key which is changed meanwhile is found
 * among the former ones.
 */
export function openPagerDuty(installation: Installation): Channel<PagerDutySettings> {
  const { setting, addresses } = installation;
  const standIn = localReceivers(installation);
  return {
    async send(given, receiver, nowMs, handle = null) {
      const message = single(given);
      const { routingKey, formerKeys } = receiver.channel;
      const attempt: Attempt = {
        receiver,
        nowMs,
        url: standIn === null ? receiver.channel.url : `${standIn}/pagerduty/v2/enqueue`,
        rules: standIn === null ? addresses() : { ...addresses(), development: true },
        signal: AbortSignal.timeout(receiver.delivery.timeoutMs),
      };
      const event = isAnnouncement(message)
        ? announcementEvent(message, receiver.name, nowMs)
        : buildEvent(message);
      const held = [routingKey, ...formerKeys];
      const current = integrationOf(routingKey, receiver.settingNames?.routingKey ?? null);
      const opened = openIn(handle);
      if (message.type === 'responder.test') {
        const triggered = await post({ ...event, event_action: 'trigger' }, routingKey, attempt);
        return triggered.kind === 'sent' ? post(event, routingKey, attempt) : triggered;
      }
      if (event.event_action !== 'trigger') {
        const left = opened.filter((each) => keyOf(each, held, setting) === null);
        const found = opened.flatMap((each) => keyOf(each, held, setting) ?? []);
        // Where nothing is known of a beginning its answer may have been lost, and the key changed since.
        const others = opened.length === 0 ? formerKeys : [];
        const result = await sendToEach(event, found.length > 0 ? found : [routingKey], others, attempt);
        // That somebody has it is worth no work by hand: the end of it will be.
        if (event.event_action === 'acknowledge' || result.kind !== 'sent' || left.length === 0)
          return result;
        return { kind: 'failedPermanently', error: byHand(event, left), hopeless: true };
      }
      const known = opened.findLast((each) => keyOf(each, held, setting) !== null);
      const key = known ? keyOf(known, held, setting)! : routingKey;
      const result = await post(event, key, attempt);
      const mayBeOpen =
        result.kind === 'sent' || (result.kind === 'failedTemporarily' && result.outcomeUnknown);
      return mayBeOpen ? { ...result, handle: handleOf(withIntegration(opened, known ?? current)) } : result;
    },
  };
}

type Attempt = {
  readonly receiver: Receiver<PagerDutySettings>;
  readonly nowMs: number;
  readonly url: string;
  readonly rules: AddressRules;
  readonly signal: AbortSignal;
};

/**
 * Acknowledges or closes the alert at every integration that has it. One that has none drops the event, so a repeat does no harm.
 * @param others those that hardly have it: what they refuse for good is no failure
 */
async function sendToEach(
  event: PagerDutyEvent,
  keys: readonly string[],
  others: readonly string[],
  attempt: Attempt,
): Promise<SendResult> {
  let refused: SendResult | null = null;
  for (const key of keys) {
    const result = await post(event, key, attempt);
    if (result.kind === 'failedTemporarily') return result;
    if (result.kind !== 'sent') refused ??= result;
  }
  for (const key of others) {
    const result = await post(event, key, attempt);
    if (result.kind === 'failedTemporarily') return result;
  }
  return refused ?? { kind: 'sent' };
}

function byHand({ dedup_key }: PagerDutyEvent, left: readonly { readonly setting: string | null }[]): string {
  const names = left.flatMap(({ setting }) => setting ?? []);
  const from = names.length === 0 ? '' : ` (it was in ${[...new Set(names)].join(', ')})`;
  return `the alert ${dedup_key} is still open and must be closed by hand in PagerDuty: the integration key that opened it is no longer set${from}`;
}

async function post(
  event: PagerDutyEvent,
  key: string,
  { receiver, nowMs, url, rules, signal }: Attempt,
): Promise<SendResult> {
  const reply = await httpPost(
    {
      url,
      named: "PagerDuty's address",
      headers: {},
      body: JSON.stringify({ routing_key: key, ...event }),
      reads: true,
      timeoutMs: receiver.delivery.timeoutMs,
      signal,
    },
    rules,
  );
  if (reply.kind === 'unanswered') return reply.result;
  const answer = readAnswer(reply.status, reply.retryAfter, nowMs);
  if (answer.kind === 'sent') return answer;
  const said = complaintIn(reply.body, key);
  return 'error' in answer && said !== '' ? { ...answer, error: `${answer.error}: ${said}` } : answer;
}

/** What PagerDuty found wrong, without the key. */
function complaintIn(body: string, key: string): string {
  try {
    const { message, errors } = JSON.parse(body) as { message?: unknown; errors?: unknown };
    const said = [message, ...(Array.isArray(errors) ? errors : [])].filter(
      (text) => typeof text === 'string',
    );
    return cutText(oneLine(said.join(', ').replaceAll(key, '…')), 200);
  } catch {
    return '';
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { post, sendEvents, type Way } from './eventWays.ts';
import { diagnosticRow } from './iotHub.ts';
import type { Action } from './scenarios.ts';

type PlayOptions = {
  readonly hostUrl: string;
  readonly cloudUrl: string;
  readonly actions: readonly Action[];
  /** How long to watch after the last action, milliseconds. */
  readonly watchMs: number;
  /** How the events come to the host; left out: as Event Grid delivers them. */
  readonly way?: Way;
  readonly log: (line: string) => void;
};

type PlayResult = {
  readonly events: number;
  readonly mails: number;
  readonly calls: number;
  /** Messages in Slack that are not replies. */
  readonly chats: number;
};

type Mail = { id: string; to: string[]; subject: string };
type Call = {
  name: string;
  status: number;
  headers: Record<string, string>;
  body: { type?: string; data?: { summary?: string } };
};

type ChatCall = { name: string; status: number; body: { text?: string; thread_ts?: string } };

const eventsInPost = 200;

/** Sends a scenario's events and log rows to a running host and tells, line by line, what comes of it. */
export async function playScenario(options: PlayOptions): Promise<PlayResult> {
  const { hostUrl, cloudUrl, log, watchMs, way = 'eventGrid' } = options;
  const actions = options.actions.toSorted((a, b) => a.atMs - b.atMs);
  const startedAtMs = Date.now();
  const say = (line: string) => log(`${clock(Date.now() - startedAtMs)}  ${line}`);
  const watch = await watchReceivers(cloudUrl, say);
  let sequence = 0;
  let events = 0;
  for (const action of actions) {
    await watch.until(startedAtMs + action.atMs);
    if (action.tells) say(action.tells);
    const atMs = Date.now();
    if (action.rows)
      await post(
        `${cloudUrl}/logs`,
        action.rows.map((row) => diagnosticRow({ ...row, atMs })),
      );
    // A number that grows over runs too: the time, then a counter.
    const sent = (action.events ?? []).map((event) => {
      sequence += 1;
      return { ...event, atMs, sequence: startedAtMs * 1_000 + sequence };
    });
    for (let start = 0; start < sent.length; start += eventsInPost) {
      await sendEvents(way, { hostUrl, cloudUrl }, sent.slice(start, start + eventsInPost));
    }
    events += sent.length;
  }
  await watch.until(Date.now() + watchMs);
  return { events, ...watch.counts() };
}

/** Reports each new mail, webhook call and message in Slack while time passes. What was there before is not reported. */
async function watchReceivers(cloudUrl: string, say: (line: string) => void) {
  const list = async <Item>(path: string) => {
    const answer = (await (await fetch(`${cloudUrl}${path}`)).json()) as { items: Item[] };
    return answer.items;
  };
  const seen = new Set((await list<Mail>('/emails')).map((mail) => mail.id));
  const before = (await list<Call>('/hooks')).length;
  const chatsBefore = (await list<ChatCall>('/slack')).length;
  let calls = before;
  let chatCalls = chatsBefore;
  let chats = 0;
  let mails = 0;
  const look = async () => {
    for (const mail of (await list<Mail>('/emails')).toReversed()) {
      if (seen.has(mail.id)) continue;
      seen.add(mail.id);
      mails += 1;
      say(`  mail to ${mail.to.join(', ')}: "${mail.subject}"`);
    }
    const hooks = await list<Call>('/hooks');
    for (const call of hooks.slice(0, Math.max(0, hooks.length - calls)).toReversed()) {
      const signed = call.headers['webhook-signature'] ? 'signed ' : '';
      say(`  ${signed}webhook to ${call.name}: ${call.body.type}, "${call.body.data?.summary}"`);
    }
    calls = Math.max(calls, hooks.length);
    const slack = await list<ChatCall>('/slack');
    for (const { name, body } of slack.slice(0, Math.max(0, slack.length - chatCalls)).toReversed()) {
      const isHead = name !== 'chat.update' && body.thread_ts === undefined;
      if (isHead) chats += 1;
      if (name !== 'chat.update') say(`  Slack ${isHead ? 'message' : 'reply'}: "${body.text}"`);
    }
    chatCalls = Math.max(chatCalls, slack.length);
  };
  return {
    async until(atMs: number) {
      do {
        await look();
        await sleep(Math.max(0, Math.min(200, atMs - Date.now())));
      } while (Date.now() < atMs);
      await look();
    },
    counts: () => ({ mails, calls: calls - before, chats }),
  };
}

function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}

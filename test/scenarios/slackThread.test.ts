// One message of Slack for an incident, through a full channel, a deleted message and a token that is revoked.
import { expect, it } from 'vitest';
import { configOf } from '../support/configOf.ts';
import { Crew } from '../support/crew.ts';
import { start } from '../support/events.ts';
import { connected, disconnected, Instance } from '../support/instance.ts';
import { offsetMs } from '../support/offsetMs.ts';
import { useChannels } from '../support/realChannels.ts';

const workspace = useChannels('slack');
const at = (offset: string) => start + offsetMs(offset);
const config = configOf(`
sites: [{ id: oslo, name: Oslo plant, devices: ["oslo-*"] }]
receivers:
  chat: { slack: { botToken: xoxb-1, channel: C0123ABCD } }
routes: [{ to: [chat] }]`);

type Body = {
  readonly ts?: string;
  readonly thread_ts?: string;
  readonly text?: string;
  readonly reply_broadcast?: boolean;
};

/** What was asked of Slack, in short; what it refused in brackets. */
async function done(): Promise<string[]> {
  return (await workspace.calls<Body>()).map(({ name, body, ...rest }) => {
    const { answer } = rest as unknown as { answer: { ok: boolean } };
    const what =
      name !== 'chat.postMessage' ? name.slice(5) : body.thread_ts === undefined ? 'post' : 'reply';
    const told = `${what}${body.reply_broadcast ? ' to all' : ''}`;
    return answer.ok ? told : `(${told})`;
  });
}

/** Two devices fall one after the other, then come back; each step is told before the next. */
async function outage(before: { update?: () => Promise<unknown>; end?: () => Promise<unknown> } = {}) {
  const one = new Instance(config);
  workspace.connect(one);
  const crew = new Crew(one);
  await one.receive(...['1', '2', '3', '4', '5'].map((n) => connected(`oslo-${n}`, start, 1)));
  await one.receive(disconnected('oslo-1', at('1m'), 2));
  await crew.until('8m');
  await before.update?.();
  await one.receive(disconnected('oslo-2', at('8m'), 2));
  await crew.until('20m');
  await before.end?.();
  await one.receive(connected('oslo-1', at('20m'), 3), connected('oslo-2', at('20m'), 3));
  await crew.until('60m');
  return { one, page: await (await workspace.request('GET', '/?tab=slack')).text() };
}

const heads = (page: string) => page.match(/<li class="message">/g)?.length;

it('is one message with its story as replies, and the end in the channel too', async () => {
  const { page } = await outage();
  expect(await done()).toEqual(['post', 'update', 'reply', 'update', 'reply to all']);
  expect(heads(page)).toBe(1);
  expect(page).toContain('(edited)');
  expect(page).toContain('also sent to the channel');
});

it('stays one message through a 429 between its steps, which repeats none of them', async () => {
  const busy = { status: 429, retryAfter: 30, times: 1, name: 'chat.postMessage' };
  const { page, one } = await outage({ update: () => workspace.behaves(busy) });
  expect(await done()).toEqual(['post', 'update', '(reply)', 'reply', 'update', 'reply to all']);
  expect(heads(page)).toBe(1);
  expect(one.sent.at(-1)).toMatchObject({ type: 'incident.resolved' });
});

it('gets a new head when somebody deleted the message, and keeps that', async () => {
  const remove = async () => {
    const { answer } = (await workspace.calls())[0] as unknown as { answer: { channel: string; ts: string } };
    const headers = { authorization: 'Bearer xoxb-1' };
    await workspace.request('POST', '/slack/api/chat.delete', answer, headers);
  };
  const { page } = await outage({ update: remove });
  expect(await done()).toEqual(['post', 'delete', '(update)', 'post', 'update', 'reply to all']);
  expect(heads(page)).toBe(1);
});

it('hears the end in its thread once a revoked token works again', async () => {
  const revoked = { error: 'token_revoked', times: 1, name: 'chat.update' };
  const { page, one } = await outage({ end: () => workspace.behaves(revoked) });
  expect(await done()).toEqual(['post', 'update', 'reply', '(update)', 'update', 'reply to all']);
  expect(heads(page)).toBe(1);
  expect(one.logged.map(({ fields }) => fields.error)).toContain('token_revoked');
});

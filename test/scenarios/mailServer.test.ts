// A mail server that greylists one recipient and refuses another: who was accepted gets one copy and hears the end.
import { afterEach, expect, it } from 'vitest';
import { openChannels } from '../../src/lib/notify/channels/registry.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import { configOf } from '../support/configOf.ts';
import { Crew } from '../support/crew.ts';
import { start } from '../support/events.ts';
import { connected, disconnected, Instance } from '../support/instance.ts';
import { startMailServer, stopMailServers } from '../support/mailServer.ts';
import { offsetMs } from '../support/offsetMs.ts';

afterEach(stopMailServers);

const at = (offset: string) => start + offsetMs(offset);

const rulesFor = (port: number): Rules =>
  configOf(`
sites: [{ id: oslo, devices: ["oslo-*"] }]
receivers:
  plant-mail: { email: { to: [ops@oslo.example, shift@oslo.example, lead@oslo.example], via: smtp }, fallback: on-call }
  on-call: { email: { to: [oncall@oslo.example], via: smtp } }
email: { smtp: { host: 127.0.0.1, port: ${port} } }
routes: [{ to: [plant-mail] }]`);

/** An outage from 1m to 20m, told by the real channel. */
async function outage(port: number): Promise<Instance> {
  const one = new Instance(rulesFor(port));
  const channels = openChannels({
    setting: (name) => (name === 'EMAIL_SENDER' ? 'responder@plant.example' : null),
    addresses: () => ({ development: true, allowHosts: [] }),
  });
  one.answer = (message) => {
    const receiver = one.app.rules.receivers.get(message.receiver)!;
    return channels.send(message, receiver, one.nowMs, one.handles.at(-1) ?? null);
  };
  const crew = new Crew(one);
  await one.receive(...['1', '2', '3', '4', '5'].map((n) => connected(`oslo-${n}`, start, 1)));
  await one.receive(disconnected('oslo-1', at('1m'), 2));
  await crew.until('20m');
  await one.receive(connected('oslo-1', at('20m'), 3));
  await crew.until('40m');
  return one;
}

it('tells each once, the fallback too where one is refused, and all of them the end', async () => {
  const { port, mails, asked } = await startMailServer({
    recipients: (address, times) => {
      if (address === 'lead@oslo.example') return '550 5.1.1 No such user';
      return address === 'shift@oslo.example' && times === 1 ? '451 4.7.1 Greylisted' : null;
    },
  });
  await outage(port);
  const copies = mails.flatMap(({ to, text }) => {
    const state = /^Subject: .*back online/m.test(text) ? 'over' : 'down';
    return to.map((address) => `${address} ${state}`);
  });
  expect(copies.toSorted()).toEqual([
    'oncall@oslo.example down',
    'oncall@oslo.example over',
    'ops@oslo.example down',
    'ops@oslo.example over',
    'shift@oslo.example down',
    'shift@oslo.example over',
  ]);
  // Once for each notice.
  expect(asked.get('lead@oslo.example')).toBe(2);
});

it('tells nobody twice while one mailbox is full for long', async () => {
  const { port, mails } = await startMailServer({
    recipients: (address) => (address === 'shift@oslo.example' ? '452 4.2.2 Mailbox full' : null),
  });
  await outage(port);
  const toOps = mails.filter(({ to }) => to.includes('ops@oslo.example'));
  expect(new Set(toOps.map(({ text }) => /^Message-ID: (\S+)/m.exec(text)?.[1])).size).toBe(toOps.length);
  expect(toOps[0]?.text).toMatch(/^Subject: .*offline/m);
});

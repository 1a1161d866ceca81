// An alert of PagerDuty is changed and closed by the integration key that opened it, also when the key is changed meanwhile.
import { expect, it } from 'vitest';
import { loadConfig } from '../../src/lib/config/loadConfig.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import { Crew } from '../support/crew.ts';
import { start } from '../support/events.ts';
import { connected, disconnected, Instance } from '../support/instance.ts';
import { offsetMs } from '../support/offsetMs.ts';
import { useChannels } from '../support/realChannels.ts';

const pager = useChannels('pagerduty');
const at = (offset: string) => start + offsetMs(offset);
const [old, fresh] = ['1'.repeat(32), '2'.repeat(32)];

/** The settings as they are at some time; the file takes the keys from them. */
function rulesWith(settings: Record<string, string>, version: number, formerKeys = ''): Rules {
  const text = `
sites: [{ id: oslo, devices: ["oslo-*"] }, { id: pune, devices: ["pune-*"] }]
receivers:
  page: { pagerduty: { routingKey: "\${PAGERDUTY_KEY}"${formerKeys} }, fallback: on-call }
  on-call: { slack: { webhookUrl: "https://hooks.slack.com/services/T1" } }
routes: [{ to: [page] }]
ops: on-call`;
  const result = loadConfig(text, 'story', settings, { development: false });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return { ...result.config, version: { ...result.config.version, atMs: version } };
}

type Event = { readonly event_action: string; readonly routing_key: string; readonly dedup_key: string };
const events = async () =>
  (await pager.calls<Event>()).map(({ body }) => `${body.event_action} by ${body.routing_key[0]}`);

/** An outage that grows and ends; the key is changed after its first notice. */
async function outage(after: Rules, settingsAfter: Record<string, string>) {
  const first = new Instance(rulesWith({ PAGERDUTY_KEY: old }, 1));
  pager.connect(first, { PAGERDUTY_KEY: old });
  const crew = new Crew(first);
  await first.receive(...['1', '2', '3', '4', '5'].map((n) => connected(`oslo-${n}`, start, 1)));
  await first.receive(disconnected('oslo-1', at('1m'), 2));
  await crew.until('8m');
  expect(await events()).toEqual(['trigger by 1']);
  const second = new Instance(after, first.rows);
  pager.connect(second, settingsAfter);
  crew.joins(second);
  await second.receive(disconnected('oslo-2', at('8m'), 2));
  await crew.until('20m', second);
  await second.receive(connected('oslo-1', at('20m'), 3), connected('oslo-2', at('20m'), 3));
  await crew.until('40m', second);
  return second;
}

it('goes on by the old key when that is among the former ones', async () => {
  await outage(rulesWith({ PAGERDUTY_KEY: fresh }, 2, `, formerKeys: ["${old}"]`), { PAGERDUTY_KEY: fresh });
  expect(await events()).toEqual(['trigger by 1', 'trigger by 1', 'resolve by 1']);
  const keys = (await pager.calls<Event>()).map(({ body }) => body.dedup_key);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^inc_[\w-]+\/page$/);
});

it('tells the fallback and ops what is left to close by hand when the old key is gone, and does not try on', async () => {
  const second = await outage(rulesWith({ PAGERDUTY_KEY: fresh }, 2), { PAGERDUTY_KEY: fresh });
  expect(await events()).toEqual(['trigger by 1', 'trigger by 2', 'resolve by 2']);
  const told = second.sent.filter(({ receiver }) => receiver === 'on-call');
  expect(told).toMatchObject([
    {
      type: 'incident.resolved',
      instead: { receiver: 'page', error: expect.stringMatching(/closed by hand.*PAGERDUTY_KEY/) },
    },
  ]);
  expect(second.announced).toMatchObject([
    { type: 'responder.receiverFailing', summary: expect.stringContaining('closed by hand') },
  ]);
});

it('ops hears of each alert that is left, also of a receiver that counts as failing', async () => {
  const first = new Instance(rulesWith({ PAGERDUTY_KEY: old }, 1));
  pager.connect(first, { PAGERDUTY_KEY: old });
  const crew = new Crew(first);
  const everywhere = ['oslo-1', 'oslo-2', 'oslo-3', 'pune-1', 'pune-2', 'pune-3'];
  await first.receive(...everywhere.map((deviceId) => connected(deviceId, start, 1)));
  await first.receive(disconnected('oslo-1', at('1m'), 2), disconnected('pune-1', at('1m'), 2));
  await crew.until('10m');
  const second = new Instance(rulesWith({ PAGERDUTY_KEY: fresh }, 2), first.rows);
  pager.connect(second, { PAGERDUTY_KEY: fresh });
  crew.joins(second);
  await second.app.receiverStates.fails('page', 'HTTP 400', at('10m'));
  await second.receive(connected('oslo-1', at('10m'), 3), connected('pune-1', at('10m'), 3));
  await crew.until('30m', second);
  const byHand = second.announced.filter(({ about }) => about === 'hand/page');
  const alerts = byHand.flatMap(({ problems }) => problems.map((one) => /inc_[\w-]+\/page/.exec(one)?.[0]));
  expect(alerts).toHaveLength(2);
  expect(new Set(alerts).size).toBe(2);
  expect(byHand.map(({ summary }) => summary)).toEqual(['page needs a hand with 2 notices']);
});

// What a channel must know again survives every death of the host: the message in Slack, the alert in PagerDuty.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../local/azurite.ts';
import { type RunningLocalCloud, startLocalCloud } from '../../local/cloud/localCloud.ts';
import { seeded } from '../../local/seeded.ts';
import { Responder } from './responder.ts';
import { deliverEvents, Fleet } from './storm.ts';

const random = seeded(Number(process.env.CRASH_SEED ?? 1));
const fleet = new Fleet(random, 6, 10);
const withinMs = 180_000;
let azurite: RunningAzurite;
let cloud: RunningLocalCloud;
let responder: Responder;
let crashes = 0;

beforeAll(async () => {
  [azurite, cloud] = await Promise.all([startAzurite(), startLocalCloud({ port: 0, smtpPort: 0 })]);
  const config = `
policy: { offlineAfter: 2s, recoveredAfter: 1s, groupWait: 1s, groupInterval: 1s, flapping: off }
delivery: { timeout: 3s, retryFirst: 1s, retryMax: 4s }
sitePattern: "^(?<site>site\\\\d+)-"
receivers:
  page: { pagerduty: { routingKey: ${'k'.repeat(32)} } }
  chat: { slack: { botToken: xoxb-1, channel: C0OSLO } }
routes: [{ per: site, to: [page, chat] }]
`;
  responder = new Responder(config, {
    AzureWebJobsStorage: azurite.connectionString,
    LOCAL_RECEIVERS: cloud.url,
  });
  await responder.start();
});
afterAll(async () => {
  await responder.remove();
  await Promise.all([azurite.stop(), cloud.close()]);
});

type Call = {
  readonly name: string;
  readonly status: number;
  readonly body: { readonly [field: string]: string };
};

/** What a service has answered well to, the oldest first. */
async function calls(service: 'pagerduty' | 'slack'): Promise<Call[]> {
  const answer = await fetch(`${cloud.url}/${service}?limit=1000`);
  const { items } = (await answer.json()) as { items: Call[] };
  return items.filter(({ status }) => status < 300).reverse();
}

/** The events come while the host dies again and again, until it is left alone. */
async function storm(events: readonly object[]): Promise<void> {
  const delivered = deliverEvents(events, () => responder.url, random, { spreadMs: 4_000 });
  for (let round = 0; round < 3; round++) {
    await sleep(500 + random() * 2_000);
    await responder.kill();
    crashes += 1;
    await responder.start();
  }
  await delivered;
}

async function untilNothingIsLeft(status: 'open' | 'resolved'): Promise<void> {
  const untilMs = Date.now() + withinMs;
  const fell = [...fleet.sites.keys()].filter((site) => fleet.down(site).length > 0);
  for (;;) {
    const pending = await responder.list('notices?state=pending').catch(() => [null]);
    const open = await responder.list<{ site: { id: string } }>('incidents?status=open').catch(() => null);
    const told = new Set(open?.map(({ site }) => site.id));
    if (
      pending.length === 0 &&
      open &&
      (status === 'resolved' ? open.length === 0 : fell.every((site) => told.has(site)))
    )
      return;
    if (Date.now() > untilMs) throw new Error(`still ${pending.length} notices, ${open?.length} incidents`);
    await sleep(1_000);
  }
}

it('each incident has one alert and one message that come to its end', async () => {
  await deliverEvents(fleet.connectAll(Date.now() - 5_000), () => responder.url, random, { spreadMs: 500 });
  await storm(fleet.loseMost(Date.now()));
  await untilNothingIsLeft('open');
  const sites = [...fleet.sites.keys()].filter((site) => fleet.down(site).length > 0);
  await storm(fleet.connectAll(Date.now()));
  await untilNothingIsLeft('resolved');

  const alerts = new Map<string, string>();
  for (const { body } of await calls('pagerduty')) alerts.set(body.dedup_key!, body.event_action!);
  expect(alerts.size).toBeGreaterThanOrEqual(sites.length);
  expect([...alerts].filter(([, last]) => last !== 'resolve')).toEqual([]);

  const written = await calls('slack');
  const heads = written.filter(({ body }) => body.ts === undefined && body.thread_ts === undefined);
  // One that was written in the moment of a crash is not known again.
  expect(heads.length).toBeLessThanOrEqual(alerts.size + crashes);
  const changed = new Map<string, string>();
  for (const { body } of written) if (body.ts !== undefined) changed.set(body.ts, body.text!);
  expect([...changed.values()].filter((text) => !text.startsWith('✅'))).toEqual([]);
  const ended = new Set([...changed.values()].map((text) => /site\d+/.exec(text)?.[0]));
  expect([...ended].sort()).toEqual(expect.arrayContaining(sites.sort()));
});

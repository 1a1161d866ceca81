import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import type { Item } from './product.ts';
import { type Stage, setStage, shortPolicy, sitesNamed } from './stage.ts';

let stage: Stage;
let { product, plant } = {} as Stage;

beforeAll(async () => {
  stage = await setStage(
    () => `
${sitesNamed(['chat', 'hook', 'page', 'eu'])}
policy: { ${shortPolicy} }
delivery: { timeout: 2s, retryFirst: 1s, retryMax: 2s, giveUpAfter: 1h }
receivers:
  chat: { slack: { botToken: "\${SLACK_TOKEN}", channel: C0123ABCD } }
  hook: { slack: { webhookUrl: "https://hooks.slack.com/services/T1/B1/s3cret" } }
  page: { pagerduty: { routingKey: "\${PAGERDUTY_KEY}" } }
  eu: { pagerduty: { routingKey: "\${PAGERDUTY_KEY}", region: eu } }
routes:
${['chat', 'hook', 'page', 'eu'].map((id) => `  - { match: { sites: [${id}] }, to: [${id}] }`).join('\n')}
`,
    { SLACK_TOKEN: 'xoxb-s3cret', PAGERDUTY_KEY: 'k3y0'.repeat(8) },
  );
  ({ product, plant } = stage);
});

afterAll(() => stage?.close());

type Call = {
  readonly name: string;
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly answer: { readonly ts?: string };
};

/** What a stand-in was called with, oldest first. */
async function calls(kind: 'slack' | 'pagerduty'): Promise<Call[]> {
  const { items } = (await (await fetch(`${product.cloudUrl}/${kind}`)).json()) as { items: Call[] };
  return items.reverse();
}

async function tab(kind: 'slack' | 'pagerduty'): Promise<string> {
  return (await fetch(`${product.cloudUrl}/?tab=${kind}`)).text();
}

async function states(receiver: string): Promise<Item[]> {
  return (await product.notices()).filter((item) => item.receiver === receiver).reverse();
}

/** A device of three is lost, and comes back once that was told. */
async function outage(site: string, told: () => Promise<void>): Promise<void> {
  await plant.connect(`${site}-1`, `${site}-2`, `${site}-3`);
  await plant.lose(`${site}-1`);
  await eventually(told);
  await plant.connect(`${site}-1`);
}

describe('locally, where the local cloud stands in', () => {
  it.concurrent('an incident is one message in Slack, changed in place, with its end as a reply', async () => {
    const ofBot = async () => (await calls('slack')).filter(({ name }) => name.startsWith('chat.'));
    await outage('chat', async () => expect(await ofBot()).toHaveLength(1));
    await eventually(async () => expect(await ofBot()).toHaveLength(3));
    const [head, change, reply] = await ofBot();
    expect(head).toMatchObject({ name: 'chat.postMessage', status: 200, body: { channel: 'C0123ABCD' } });
    expect(change).toMatchObject({ name: 'chat.update', body: { ts: head?.answer.ts } });
    expect(reply).toMatchObject({
      name: 'chat.postMessage',
      body: { thread_ts: head?.answer.ts, reply_broadcast: true },
    });
    expect(await tab('slack')).toContain('chat plant: 1 device back online');
    expect(await states('chat')).toMatchObject([{ state: 'sent' }, { state: 'sent' }]);
  });

  it.concurrent('a webhook of Slack gets one message for each notice', async () => {
    const ofHook = async () => (await calls('slack')).filter(({ name }) => name === 'hook');
    await outage('hook', async () => expect(await ofHook()).toHaveLength(1));
    await eventually(async () => expect(await ofHook()).toMatchObject([{ status: 200 }, { status: 200 }]));
  });

  it.concurrent.each(['page', 'eu'])(
    'an incident is one alert in PagerDuty, opened and closed by one key (%s)',
    async (site) => {
      const own = async () =>
        (await calls('pagerduty')).filter(({ body }) => String(body.dedup_key).endsWith(`/${site}`));
      await outage(site, async () => expect(await own()).toHaveLength(1));
      await eventually(async () => expect(await own()).toHaveLength(2));
      expect((await own()).map(({ status, body }) => [status, body.event_action])).toEqual([
        [202, 'trigger'],
        [202, 'resolve'],
      ]);
      expect(new Set((await own()).map(({ body }) => `${body.routing_key} ${body.dedup_key}`)).size).toBe(1);
      expect(await tab('pagerduty')).toContain('resolved');
    },
  );
});

it('tells no secret in its lists and its log', async () => {
  const lists = JSON.stringify([await product.notices(), await product.incidents()]);
  expect(`${lists}${product.output}${product.errors().join('\n')}`).not.toMatch(/s3cret|k3y0/);
});

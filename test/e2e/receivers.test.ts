import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { freePorts } from './installation.ts';
import { named } from './plant.ts';
import type { Item } from './product.ts';
import { type Stage, setStage, shortPolicy, sitesNamed } from './stage.ts';

const sites = ['busy', 'asked', 'refused', 'moved', 'absent', 'tired', 'wall', 'fine', 'healed', 'post'];

let stage: Stage;
let { product, people, plant } = {} as Stage;

beforeAll(async () => {
  const [nobody] = await freePorts(1);
  stage = await setStage(
    (receivers) => `
${sitesNamed(sites)}
policy: { ${shortPolicy} }
delivery: { timeout: 2s, retryFirst: 1s, retryMax: 2s, giveUpAfter: 1h }
receivers:
  busy: { ${receivers.webhook('busy')} }
  busy-neighbour: { ${receivers.webhook('busy-neighbour')} }
  asked: { ${receivers.webhook('asked')} }
  refused: { ${receivers.webhook('refused')}, fallback: refused-deputy }
  refused-deputy: { ${receivers.webhook('refused-deputy')} }
  moved: { ${receivers.webhook('moved')} }
  absent: { webhook: { url: "http://127.0.0.1:${nobody}/" }, fallback: absent-deputy, fallbackAfter: 2s }
  absent-deputy: { ${receivers.webhook('absent-deputy')} }
  tired: { ${receivers.webhook('tired')}, fallback: tired-deputy, fallbackAfter: 1h, delivery: { giveUpAfter: 3s } }
  tired-deputy: { ${receivers.webhook('tired-deputy')} }
  wall: { ${receivers.webhook('wall')} }
  fine: { ${receivers.webhook('fine')} }
  healed: { ${receivers.webhook('healed')} }
  post: { email: { to: ["post@plant.example"] } }
routes:
${sites.map((id) => `  - { match: { sites: [${id}] }, per: ${id === 'wall' ? 'device' : 'site'}, to: [${id}] }`).join('\n')}
  - { match: { sites: [busy] }, to: [busy-neighbour] }
`,
  );
  ({ product, people, plant } = stage);
});

afterAll(() => stage?.close());

async function hears(name: string, ...lines: string[]): Promise<void> {
  await eventually(() => expect(people.heard(name)).toEqual(lines));
}

/** The notices of one receiver, as the list shows them, oldest first. */
async function noticesOf(receiver: string): Promise<Item[]> {
  const all = await product.notices();
  return all.filter((item) => item.receiver === receiver).reverse();
}

async function outage(site: string): Promise<void> {
  await plant.connect(`${site}-1`, `${site}-2`, `${site}-3`);
  await plant.lose(`${site}-1`);
}

describe('a receiver', () => {
  it.concurrent('that answers 503 for a while is told later, once, and holds back nobody', async () => {
    people.answers('busy', (n) => (n <= 3 ? 503 : 200));
    await outage('busy');
    await hears('busy-neighbour', 'opened outageBegan');
    expect(people.taken('busy')).toEqual([]);
    await hears('busy', 'opened outageBegan');
    const ids = people.of('busy').map((request) => request.headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);
    await eventually(async () =>
      expect(await noticesOf('busy')).toMatchObject([{ state: 'sent', attempts: 4, lastError: null }]),
    );
    await plant.connect('busy-1');
    for (const name of ['busy', 'busy-neighbour'])
      await hears(name, 'opened outageBegan', 'resolved recovered');
    expect(people.of('busy')).toHaveLength(5);
  });

  it.concurrent('that says Retry-After is left alone for that long', async () => {
    people.answers('asked', (n) => (n === 1 ? { status: 429, headers: { 'retry-after': '4' } } : 200));
    await outage('asked');
    await hears('asked', 'opened outageBegan');
    const [first, second] = people.of('asked');
    expect(second!.atMs - first!.atMs).toBeGreaterThan(3_900);
  });

  it.concurrent('that answers 400 has failed at once, is shown, and its fallback hears it to the end', async () => {
    people.answers('refused', () => 400);
    await outage('refused');
    await hears('refused-deputy', 'opened escalated');
    await plant.connect('refused-1');
    await hears('refused-deputy', 'opened escalated', 'resolved recovered');
    await sleep(3_000);
    expect(people.of('refused')).toHaveLength(1);
    const failed = (await product.notices('?state=failed')).filter((item) => item.receiver === 'refused');
    expect(failed).toMatchObject([
      { state: 'failed', attempts: 1, lastError: expect.stringContaining('400') },
    ]);
  });

  it.concurrent('that redirects is not followed and has failed', async () => {
    people.answers('moved', () => ({ status: 307, headers: { location: '/elsewhere' } }));
    await outage('moved');
    await eventually(async () =>
      expect(await noticesOf('moved')).toMatchObject([
        { state: 'failed', attempts: 1, lastError: expect.stringContaining('307') },
      ]),
    );
    expect(people.of('elsewhere')).toEqual([]);
  });

  it.concurrent('that refuses connections is tried on while its fallback is told', async () => {
    await outage('absent');
    await hears('absent-deputy', 'opened escalated');
    const attempts = async () => Number((await noticesOf('absent'))[0]?.attempts);
    expect(await noticesOf('absent')).toMatchObject([
      { state: 'pending', lastError: expect.stringMatching(/refused/i) },
    ]);
    const before = await attempts();
    await eventually(async () => expect(await attempts()).toBeGreaterThan(before));
    await plant.connect('absent-1');
    await hears('absent-deputy', 'opened escalated', 'resolved recovered');
  });

  it.concurrent('that cannot be told in all the time has failed, and its fallback is told then', async () => {
    people.answers('tired', () => 500);
    await outage('tired');
    await hears('tired-deputy', 'opened escalated');
    expect(await noticesOf('tired')).toMatchObject([
      { state: 'failed', lastError: expect.stringContaining('500') },
    ]);
  });

  it.concurrent('that hangs with thirty notices does not keep others waiting', async () => {
    people.answers('wall', () => 'hang');
    const devices = named('wall-cell', 30);
    await plant.connect(...devices);
    await plant.lose(...devices);
    await eventually(() => expect(people.of('wall').length).toBeGreaterThanOrEqual(3));
    for (let round = 1; round <= 3; round++) {
      const lostAtMs = Date.now();
      await plant.lose(`fine-${round}`);
      await eventually(() => expect(people.taken('fine')).toHaveLength(2 * round - 1));
      // Hold, groupWait, and a rounding of wake-ups each take 5 s on an idle system; thirty that hang take minutes.
      expect(Date.now() - lostAtMs).toBeLessThan(25_000);
      await plant.connect(`fine-${round}`);
      await eventually(() => expect(people.taken('fine')).toHaveLength(2 * round));
    }
    expect(people.of('wall').length).toBeLessThan(30);
    expect(await noticesOf('wall')).toHaveLength(30);
    people.answers('wall', () => 200);
    await eventually(() => expect(people.taken('wall')).toHaveLength(30));
  });

  it.concurrent('that was down for the whole outage hears nothing of it afterwards', async () => {
    people.answers('healed', () => 503);
    await outage('healed');
    await eventually(() => expect(people.of('healed').length).toBeGreaterThan(1));
    await plant.connect('healed-1');
    await eventually(async () => expect(await noticesOf('healed')).toMatchObject([{ state: 'dropped' }]));
    people.answers('healed', () => 200);
    await sleep(4_000);
    expect(people.taken('healed')).toEqual([]);
  });

  it.concurrent('of mails gets one mail when the mail service was down for a while', async () => {
    await fetch(`${product.cloudUrl}/emails/behaviour`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ status: 503, times: 2 }),
    });
    await outage('post');
    await eventually(async () => expect(await product.mails('post@plant.example')).toHaveLength(1));
    await plant.connect('post-1');
    await eventually(async () => expect(await product.mails('post@plant.example')).toHaveLength(2));
    expect(await noticesOf('post')).toMatchObject([{ state: 'sent' }, { state: 'sent' }]);
  });
});

it('tells nobody twice, unsigned or out of order', () => {
  expect(people.faults()).toEqual([]);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diagnosticRow } from '../../local/scenarios/iotHub.ts';
import type { WebhookBody } from '../../src/lib/notify/channels/webhook/render.ts';
import { eventually } from './eventually.ts';
import { type Stage, setStage, shortPolicy, sitesNamed } from './stage.ts';

const answered = ['first', 'partial', 'calm', 'none'];
const sites = ['throttle', 'hang', 'broken', ...answered];

const configFor = (receivers: Stage['people']) => `
${sitesNamed(sites)}
policy: { ${shortPolicy} }
overrides: [{ sites: [${answered}], policy: { diagnosisBudget: 20s } }]
receivers:
${sites.map((id) => `  ${id}: { ${receivers.webhook(id)} }`).join('\n')}
routes:
${sites.map((id) => `  - { match: { sites: [${id}] }, to: [${id}] }`).join('\n')}
`;

/** The first notice of an outage of three of a site's four devices, and how long after the loss it came. */
async function outage({ plant, people }: Stage, site: string): Promise<[WebhookBody['data'], number]> {
  const devices = ['1', '2', '3'].map((name) => `${site}-${name}`);
  await plant.connect(...devices, `${site}-4`);
  const lostAtMs = Date.now();
  await plant.lose(...devices);
  await eventually(() => expect(people.taken(site)).toHaveLength(1));
  return [people.taken(site)[0]!.data, people.of(site)[0]!.atMs - lostAtMs];
}

function rowsOf(site: string): object[] {
  return ['1', '2', '3'].map((name) =>
    diagnosticRow({
      deviceId: `${site}-${name}`,
      atMs: Date.now(),
      operation: 'deviceDisconnect',
      error: ['404104', 'DeviceConnectionClosedRemotely'],
    }),
  );
}

describe('the first notice', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await setStage(configFor);
  });

  afterAll(() => stage?.close());

  it('says that there is no log table yet, and the cause follows once rows have come', async () => {
    const [{ diagnosis }] = await outage(stage, 'first');
    expect(diagnosis).toMatchObject({
      status: 'unavailable',
      unavailableBecause: expect.stringContaining('AzureDiagnostics'),
      errors: [],
    });
    await stage.product.logs(rowsOf('first'));
    // The other stories run until the logs are asked again, a minute later.
  });

  it.each([
    ['throttle', { status: 429 }, /429/],
    ['hang', { delayMs: 60_000 }, /time-out/],
    ['broken', { status: 500 }, /500/],
  ])(
    'goes out within the budget when the log service is in trouble: %s',
    async (site, behaviour, because) => {
      await stage.product.logsBehave(behaviour);
      const [{ diagnosis }, afterMs] = await outage(stage, site);
      expect(diagnosis.status).toBe('unavailable');
      expect(diagnosis.unavailableBecause).toMatch(because);
      // Hold, groupWait and budget take 5 s, wake-ups a second each on an idle system; what hangs takes a minute.
      expect(afterMs).toBeLessThan(20_000);
      await stage.product.logsBehave({});
    },
  );

  it('uses the rows of a partial answer and says that it is incomplete', async () => {
    await stage.product.logs(rowsOf('partial'));
    await stage.product.logsBehave({ partial: true });
    const [{ diagnosis }] = await outage(stage, 'partial');
    expect(diagnosis).toMatchObject({
      status: 'available',
      unavailableBecause: null,
      errors: [{ code: '404104', count: 3 }],
    });
    expect(diagnosis.summary).toMatch(/incomplete|in part/i);
    await stage.product.logsBehave({});
  });

  it('of the next outage has the cause again', async () => {
    await stage.product.logs(rowsOf('calm'));
    const [{ diagnosis }] = await outage(stage, 'calm');
    expect(diagnosis).toMatchObject({
      status: 'available',
      // The sites before it fell in the same minute, which is how a carrier fails.
      cause: expect.stringMatching(/^(siteUplink|provider)$/),
      errors: [{ code: '404104' }],
    });
  });

  it('is followed by the cause once the rows have come', async () => {
    await eventually(() => expect(stage.people.heard('first')).toContain('updated diagnosisArrived'), 80_000);
    const update = stage.people.taken('first').find(({ data }) => data.reason === 'diagnosisArrived');
    expect(update?.data.diagnosis).toMatchObject({
      status: 'available',
      errors: [{ code: '404104', count: 3 }],
    });
    expect(stage.people.faults()).toEqual([]);
  }, 100_000);
});

it('a deployment without a workspace says that diagnosis is not set up', async () => {
  const stage = await setStage(configFor, { LOG_ANALYTICS_WORKSPACE_ID: 'none' });
  try {
    const [{ diagnosis }] = await outage(stage, 'none');
    expect(diagnosis).toMatchObject({
      status: 'unavailable',
      unavailableBecause: expect.stringContaining('not set up'),
    });
    expect(diagnosis.steps.length).toBeGreaterThan(0);
  } finally {
    await stage.close();
  }
});

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, type TestContext } from 'vitest';
import { startAzurite } from '../../local/azurite.ts';
import { eventually } from './eventually.ts';
import { Installation } from './installation.ts';
import { Plant } from './plant.ts';
import { Receivers } from './receivers.ts';
import { shortPolicy, sitesNamed } from './stage.ts';

/** The promise is three minutes; the sweep at the start, and one a minute later, make it about a minute. */
const soonMs = 100_000;

/** Tests that run at the same time must each clean up after themselves, so the hook comes from the test's context. */
type OnFinished = TestContext['onTestFinished'];

/** Storage that outlives the product, its installation, and the people. */
async function lastingParts(
  onTestFinished: OnFinished,
): Promise<{ installation: Installation; people: Receivers }> {
  const [azurite, people] = await Promise.all([startAzurite(), Receivers.start()]);
  const installation = await Installation.create({ AzureWebJobsStorage: azurite.connectionString });
  onTestFinished(async () => {
    await azurite.stop();
    people.close();
    installation.remove();
  });
  return { installation, people };
}

describe('after kill -9 of everything but the storage', () => {
  it.concurrent('everybody is told what is true, once', async ({ onTestFinished }) => {
    const { installation, people } = await lastingParts(onTestFinished);
    const sites = ['told', 'held', 'waits', 'back', 'blip'];
    const config = `
${sitesNamed(sites)}
policy: { ${shortPolicy} }
overrides:
  - { sites: [waits], policy: { groupWait: 6s } }
  - { sites: [held], policy: { offlineAfter: 6s } }
receivers:
  mail: { email: { to: ["ops@plant.example"] } }
${sites.map((id) => `  ${id}: { ${people.webhook(id)} }`).join('\n')}
routes:
${sites.map((id) => `  - { match: { sites: [${id}] }, to: [${id}] }`).join('\n')}
  - { match: { sites: [told] }, to: [mail] }
`;
    const first = await installation.start(config);
    onTestFinished(() => first.kill());
    const plant = new Plant(first);
    await plant.connect(...sites.flatMap((id) => [`${id}-1`, `${id}-2`, `${id}-3`]));
    await plant.lose('told-1', 'back-1');
    await eventually(() =>
      expect([people.heard('told'), people.heard('back')]).toEqual([
        ['opened outageBegan'],
        ['opened outageBegan'],
      ]),
    );
    await eventually(async () => expect(await first.mails('ops@plant.example')).toHaveLength(1));
    await plant.connect('back-1');
    await plant.lose('held-1', 'blip-1');
    await plant.lose('waits-1');
    await sleep(500);
    await plant.connect('blip-1');
    await eventually(async () =>
      expect(
        (await first.incidents('?status=open')).map((item) => (item.site as { id: string }).id),
      ).toContain('waits'),
    );
    await first.kill();
    expect([people.heard('held'), people.heard('waits')]).toEqual([[], []]);

    const second = await installation.start(config);
    onTestFinished(() => second.kill());
    for (const site of ['held', 'waits'])
      await eventually(() => expect(people.heard(site)).toEqual(['opened outageBegan']), soonMs);
    await eventually(
      () => expect(people.heard('back')).toEqual(['opened outageBegan', 'resolved recovered']),
      soonMs,
    );
    const again = new Plant(second, plant);
    await again.connect('told-1', 'held-1', 'waits-1');
    for (const site of ['told', 'held', 'waits'])
      await eventually(
        () => expect(people.heard(site)).toEqual(['opened outageBegan', 'resolved recovered']),
        soonMs,
      );
    // The mails of before the crash went with the first local cloud.
    await eventually(async () => expect(await second.mails('ops@plant.example')).toHaveLength(1));
    expect((await second.mails('ops@plant.example'))[0]?.subject).toMatch(/back online/);
    expect(people.of('blip')).toEqual([]);
    expect(people.faults()).toEqual([]);
    await second.terminate();
  }, 200_000);

  it.concurrent('a notice that was being delivered goes out again under its own id', async ({
    onTestFinished,
  }) => {
    const { installation, people } = await lastingParts(onTestFinished);
    const config = `
policy: { ${shortPolicy} }
delivery: { timeout: 5s, retryFirst: 1s }
receivers: { cut: { ${people.webhook('cut')} } }
routes: [{ to: [cut] }]
`;
    people.answers('cut', (n) => (n === 1 ? 'hang' : 204));
    const first = await installation.start(config);
    onTestFinished(() => first.kill());
    const plant = new Plant(first);
    await plant.lose('pump-1');
    await eventually(() => expect(people.of('cut')).toHaveLength(1));
    await first.kill();

    const second = await installation.start(config);
    onTestFinished(() => second.kill());
    await eventually(() => expect(people.heard('cut')).toEqual(['opened outageBegan']), soonMs);
    const [before, after] = people.of('cut');
    expect(after?.headers['webhook-id']).toBe(before?.headers['webhook-id']);
    expect(await second.notices()).toMatchObject([{ state: 'sent', attempts: 2 }]);
    await new Plant(second, plant).connect('pump-1');
    await eventually(() => expect(people.heard('cut')).toEqual(['opened outageBegan', 'resolved recovered']));
    expect(people.faults()).toEqual([]);
    await second.terminate();
  }, 200_000);

  it.concurrent('killed again and again in the middle of things, it tells each outage and each end once', async ({
    onTestFinished,
  }) => {
    const { installation, people } = await lastingParts(onTestFinished);
    const config = `
${sitesNamed(['storm'])}
policy: { ${shortPolicy} }
delivery: { timeout: 1s, retryFirst: 1s }
receivers: { storm: { ${people.webhook('storm')} } }
routes: [{ per: device, to: [storm] }]
`;
    const devices = Array.from({ length: 6 }, (_, index) => `storm-${index}`);
    let product = await installation.start(config);
    onTestFinished(() => product.kill());
    let plant = new Plant(product);
    await plant.connect(...devices, 'storm-stays');
    await plant.lose(...devices);
    for (const untilKilledMs of [3_300, 900, 2_100]) {
      await sleep(untilKilledMs);
      await product.kill();
      product = await installation.start(config);
      plant = new Plant(product, plant);
    }
    // A repeat under the same id, of a notice that died between sending and recording, is the receiver's to drop.
    const told = () =>
      [...new Map(people.taken('storm').map((body) => [body.data.noticeId, body])).values()]
        .map((body) => `${body.type.slice('incident.'.length)} ${body.data.devices[0]?.deviceId}`)
        .toSorted();
    await eventually(() => expect(told()).toEqual(devices.map((device) => `opened ${device}`)), soonMs);
    await plant.connect(...devices);
    const sorted = devices.flatMap((device) => [`opened ${device}`, `resolved ${device}`]).toSorted();
    await eventually(() => expect(told()).toEqual(sorted), soonMs);
    await eventually(async () => expect(await product.notices('?state=pending')).toEqual([]), soonMs);
    expect(told()).toEqual(sorted);
    await product.terminate();
  }, 250_000);
});

it('a changed configuration is told to those whom it concerns', async ({ onTestFinished }) => {
  const people = await Receivers.start();
  const installation = await Installation.create();
  onTestFinished(() => {
    people.close();
    installation.remove();
  });
  const configFor = (receivers: string[], routed: string[]) => `
${sitesNamed(['oslo'])}
policy: { ${shortPolicy} }
receivers:
${receivers.map((name) => `  ${name}: { ${people.webhook(name)} }`).join('\n')}
routes: [{ match: { sites: [oslo] }, to: [${routed}] }]
`;
  const lasting = { LOCAL_DATA: `${installation.folder}/data` };
  const first = await installation.start(
    configFor(['stays', 'leaves', 'vanishes', 'comes'], ['stays', 'leaves', 'vanishes']),
    lasting,
  );
  onTestFinished(() => first.kill());
  const plant = new Plant(first);
  await plant.connect('oslo-1', 'oslo-2', 'oslo-3');
  await plant.lose('oslo-1');
  for (const name of ['stays', 'leaves', 'vanishes'])
    await eventually(() => expect(people.heard(name)).toEqual(['opened outageBegan']));
  expect(await first.terminate()).toBe(0);

  const second = await installation.start(
    configFor(['stays', 'leaves', 'comes'], ['stays', 'comes']),
    lasting,
  );
  onTestFinished(() => second.kill());
  await eventually(
    () => expect(people.heard('leaves')).toEqual(['opened outageBegan', 'resolved noLongerFollowed']),
    soonMs,
  );
  await eventually(() => expect(people.heard('comes')).toEqual(['opened outageBegan']), soonMs);
  await eventually(async () =>
    expect(
      (await second.notices('?state=dropped')).filter((item) => item.receiver === 'vanishes'),
    ).toMatchObject([{ lastError: expect.stringMatching(/removed/) }]),
  );
  await new Plant(second, plant).connect('oslo-1');
  for (const name of ['stays', 'comes'])
    await eventually(() => expect(people.heard(name)).toEqual(['opened outageBegan', 'resolved recovered']));
  expect(people.heard('vanishes')).toEqual(['opened outageBegan']);
  expect(people.heard('leaves')).toHaveLength(2);
  expect(people.faults()).toEqual([]);
  await second.terminate();
}, 200_000);

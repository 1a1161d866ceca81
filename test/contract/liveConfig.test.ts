import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../local/azurite.ts';
import { createApp } from '../../src/lib/app/createApp.ts';
import { tellConfigNews } from '../../src/lib/app/tellConfigNews.ts';
import type { Blobs } from '../../src/lib/store/blobs.ts';
import { createStorageBlobs } from '../../src/lib/store/storageBlobs.ts';
import { silentLog } from '../../src/lib/telemetry/log.ts';

let azurite: RunningAzurite;
let blobs: Blobs;
beforeAll(async () => {
  azurite = await startAzurite();
  const { connectionString } = azurite;
  blobs = createStorageBlobs({ kind: 'connectionString', connectionString }, 'config');
});
afterAll(() => azurite.stop());

const textFor = (receiver: string) =>
  `receivers: { ${receiver}: { email: { to: [ops@oslo.example] } } }\nroutes: [{ to: [${receiver}] }]`;
const start = (name: string) =>
  createApp({ AzureWebJobsStorage: azurite.connectionString, RESPONDER_CONFIG: `blob:config/${name}` });

it('a running instance takes a new version and keeps its parts', async () => {
  await blobs.write('live.yaml', textFor('first'), null);
  const live = await start('live.yaml');
  const before = await live.current(60_000);
  await blobs.write('live.yaml', textFor('second'), null);
  expect(await live.current(60_000)).toBe(before);
  const after = await live.current(0);
  expect([...after.rules.receivers.keys()]).toEqual(['second']);
  expect(after.rules.version.hash).not.toBe(before.rules.version.hash);
  const { rules: _1, configured: _2, ...partsBefore } = before;
  for (const [part, value] of Object.entries(partsBefore)) expect(after).toHaveProperty(part, value);
});

it('a restart with a broken version goes on with the last good one', async () => {
  await blobs.write('kept.yaml', textFor('good'), null);
  const first = await (await start('kept.yaml')).current(60_000);
  await tellConfigNews(first, Date.now(), silentLog);
  await blobs.write('kept.yaml', 'receivers: {}', null);
  const second = await (await start('kept.yaml')).current(60_000);
  expect([...second.rules.receivers.keys()]).toEqual(['good']);
  expect(second.configured.refused?.problems.map(({ path }) => path)).toEqual(['routes']);
});

it('a first start with a broken or missing version fails with every mistake, and without values in Azure', async () => {
  await expect(start('none.yaml')).rejects.toThrow('blob:config/none.yaml: does not exist');
  await blobs.write('broken.yaml', textFor('first').replace('@', '@@'), null);
  await expect(start('broken.yaml')).rejects.toThrow(/^receivers\.first\.email\.to\[0\]: is not /);
});

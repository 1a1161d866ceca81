import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAzurite } from '../../local/azurite.ts';
import { tableName } from '../../src/lib/app/createApp.ts';
import { createTableRows } from '../../src/lib/store/tableRows.ts';
import { runReplay } from '../../tools/replay/runReplay.ts';
import { AskedSite } from '../support/askedSite.ts';
import { configOf, osloConfig } from '../support/configOf.ts';

let azurite: Awaited<ReturnType<typeof startAzurite>>;
let nowMs: number;
const folder = mkdtempSync(path.join(tmpdir(), 'replay-'));
const file = (text: string) => {
  const name = path.join(folder, 'new.yaml');
  writeFileSync(name, text);
  return name;
};

beforeAll(async () => {
  azurite = await startAzurite();
  const one = new AskedSite(configOf(osloConfig));
  await one.change('DeviceConnected', 'oslo-0');
  for (const [at, kind] of [
    ['1h', 'DeviceDisconnected'],
    ['1h7m', 'DeviceConnected'],
  ] as const) {
    await one.until(at);
    await one.change(kind, 'oslo-0');
  }
  await one.until('3h');
  nowMs = one.nowMs;
  const rows = createTableRows(
    { kind: 'connectionString', connectionString: azurite.connectionString },
    tableName,
  );
  for (const { partition, row } of one.rows.all())
    await rows.commit(partition, [{ kind: 'put', key: row.key, data: row.data }]);
}, 60_000);
afterAll(() => azurite.stop());

async function run(...args: readonly string[]) {
  const lines: string[] = [];
  const env = { AzureWebJobsStorage: azurite.connectionString };
  const code = await runReplay(args, env, (line) => lines.push(line), nowMs);
  return { code, text: lines.join('\n') };
}

const from = ['--from', '2026-03-04T09:00:00Z'];

it('says which notices would be fewer by a longer hold', async () => {
  const { code, text } = await run(...from, '--config', file(`policy: { offlineAfter: 10m }\n${osloConfig}`));
  expect(text).toBe(
    [
      'Oslo plant (hub-fleet-01, Europe/Oslo):',
      '  fewer: outageBegan to operators about oslo-0, sent Wed 4 Mar 2026, 11:05, would not be sent.',
      '  fewer: recovered to operators about oslo-0, sent Wed 4 Mar 2026, 11:09, would not be sent.',
      '0 notices instead of 2: 0 more, 2 fewer, 0 earlier, 0 later, 0 the same.',
    ].join('\n'),
  );
  expect(code).toBe(0);
});

it('prints them as JSON, of one hub and site', async () => {
  // A setting that is not set here is stood in for.
  const lead = `lead: { webhook: { url: "\${LEAD_URL}" } }`;
  const told = osloConfig
    .replace('[operators]', '[operators, lead]')
    .replace('receivers:', `receivers:\n  ${lead}`);
  const config = file(`policy: { offlineAfter: 2m }\n${told}`);
  const { text } = await run(
    ...from,
    '--config',
    config,
    '--hub',
    'HUB-fleet-01',
    '--site',
    'oslo',
    '--json',
  );
  const answer = JSON.parse(text);
  expect(answer).toMatchObject({ before: 2, after: 4, same: 1 });
  const earlier = answer.changes.find(({ kind }: { kind: string }) => kind === 'earlier');
  expect(earlier).toMatchObject({
    kind: 'earlier',
    receiver: 'operators',
    hub: 'hub-fleet-01',
    site: { id: 'oslo', name: 'Oslo plant' },
    devices: ['oslo-0'],
  });
  expect(earlier.sentence).toMatch(/would come 3m earlier/);
});

it.each([
  { what: 'a file with a mistake', args: () => ['--config', file('routes: 1')], says: /routes/ },
  {
    what: 'a file that is not there',
    args: () => ['--config', path.join(folder, 'none.yaml')],
    says: /ENOENT/,
  },
  {
    what: 'a site of which nothing is on record',
    args: () => ['--site', 'bergen', '--config', file(osloConfig)],
    says: /nothing is on record/,
  },
  {
    what: 'a time that is none',
    args: () => ['--until', 'noon', '--config', file(osloConfig)],
    says: /noon is not an instant/,
  },
  { what: 'no configuration', args: () => [], says: /Usage/ },
])('ends with 1 for $what', async ({ args, says }) => {
  const { code, text } = await run(...from, ...args());
  expect([code, says.test(text)], text).toEqual([1, true]);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../../local/azurite.ts';
import type { Blobs } from '../../../src/lib/store/blobs.ts';
import { createStorageBlobs } from '../../../src/lib/store/storageBlobs.ts';
import { runConfig } from '../../../tools/config/runConfig.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'responder-config-'));
let azurite: RunningAzurite;
let blobs: Blobs;
beforeAll(async () => {
  azurite = await startAzurite();
  const { connectionString } = azurite;
  blobs = createStorageBlobs({ kind: 'connectionString', connectionString }, 'config');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await azurite.stop();
});

const good = (severity: string) => `
receivers:
  on-call: { webhook: { url: "$\{ONCALL_URL}", secret: "$\{ONCALL_SECRET}" } }
  team: { email: { to: ["$\{TEAM_ADDRESS}"] } }
routes: [{ match: { severity: ${severity} }, to: [on-call] }]`;
const settings =
  'the app needs these settings, which are not set here: ONCALL_URL, ONCALL_SECRET, TEAM_ADDRESS';

function file(text: string): string {
  const name = path.join(folder, 'mine.yaml');
  writeFileSync(name, text);
  return name;
}

async function run(args: readonly string[], env: Record<string, string> = {}) {
  const lines: string[] = [];
  const code = await runConfig(args, { AzureWebJobsStorage: azurite.connectionString, ...env }, (line) =>
    lines.push(line),
  );
  return { code, lines };
}

it('check: a good file is ok, and settings that are not set here are named', async () => {
  expect(await run(['check', file(good('[critical]'))])).toEqual({ code: 0, lines: [settings, 'ok'] });
});

it('check: every mistake on a line', async () => {
  const { code, lines } = await run(['check', file(good('[fatal]').replace('on-call]', 'on-cal]'))]);
  expect(code).toBe(1);
  expect(lines).toEqual([
    'routes[0].match.severity[0]: "fatal" is not accepted here; use one of info, warning, critical',
    'routes[0].to[0]: "on-cal" is not a receiver; did you mean "on-call"?',
  ]);
});

it('check: a file that is not there', async () => {
  expect(await run(['check', '/nowhere.yaml'])).toEqual({
    code: 1,
    lines: ['/nowhere.yaml: cannot be read (ENOENT)'],
  });
});

it('push: the first version, the same one, and another with the difference in who is told', async () => {
  const at = ['--blob', 'config/pushed.yaml'];
  const first = await run(['push', file(good('[critical]')), ...at]);
  expect(first.code).toBe(0);
  expect(first.lines).toContain('blob:config/pushed.yaml does not exist yet');
  const same = await run(['push', file(good('[critical]')), ...at]);
  expect(same.lines.at(-1)).toBe('blob:config/pushed.yaml already has this content; nothing to upload');
  const other = await run(['push', file(good('[warning]')), ...at]);
  expect(other.lines).toContain('on-call: would no longer be told of critical incidents of every site');
  expect(other.lines).toContain('on-call: would now be told of warning incidents of every site');
  expect(await blobs.read('pushed.yaml', null, 5_000)).toMatchObject({ text: good('[warning]') });
});

it('push: a file with a mistake is not uploaded', async () => {
  const { code } = await run(['push', file('receivers: {}'), '--blob', 'config/never.yaml']);
  expect(code).toBe(1);
  expect(await blobs.read('never.yaml', null, 5_000)).toEqual({ kind: 'missing' });
});

it('diff: uploads nothing, and says when the stored version is broken', async () => {
  const env = { RESPONDER_CONFIG: 'blob:config/diffed.yaml' };
  await blobs.write('diffed.yaml', good('[critical]'), null);
  const unchanged = await run(['diff', file(`# another comment\n${good('[critical]')}`)], env);
  expect(unchanged).toEqual({ code: 0, lines: [settings, 'no difference from blob:config/diffed.yaml'] });
  await blobs.write('diffed.yaml', 'routes: 7', null);
  const { lines } = await run(['diff', file(good('[critical]'))], env);
  expect(lines.at(-1)).toBe(
    'blob:config/diffed.yaml itself has mistakes, so there is nothing to compare with',
  );
  expect(await blobs.read('diffed.yaml', null, 5_000)).toMatchObject({ text: 'routes: 7' });
});

it.each([
  [['--help'], 0, /^Usage:/],
  [['publish'], 2, /^publish: use check, diff or push/],
  [['check', 'a', 'b'], 2, /^b is one argument too many/],
  [['check', '--blob'], 2, /--blob/],
  [['diff', '--blob', 'Config/x'], 2, /is not the address of a blob/],
])('%j ends with code %i and says why', async (args, code, words) => {
  const result = await run(args);
  expect(result.code).toBe(code);
  expect(result.lines[0]).toMatch(words);
});

it('says what is missing when no storage is named', async () => {
  const { code, lines } = await run(['diff', file(good('[critical]'))], { AzureWebJobsStorage: '' });
  expect(code).toBe(1);
  expect(lines.at(-1)).toMatch(/^no storage for blobs: set AzureWebJobsStorage .*--account$/);
});

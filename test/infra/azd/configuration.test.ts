import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { configFileOf, configurationProblems } from '../../../infra/azd/configuration.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'responder-azd-'));
afterAll(() => rmSync(folder, { recursive: true }));

const good = `
receivers:
  on-call: { webhook: { url: "$\{ONCALL_URL}", secret: "$\{ONCALL_SECRET}" } }
routes: [{ to: [on-call] }]`;

function check(text: string, env: Record<string, string> = {}): Promise<string[]> {
  const file = path.join(folder, 'my.config.yaml');
  writeFileSync(file, text);
  return configurationProblems({ ...env, RESPONDER_CONFIG_FILE: file });
}

it('is the sample unless another is named', () => {
  expect(configFileOf({})).toBe('responder.config.yaml');
});

it('is good when every secret is named', async () => {
  expect(await check(good, { RECEIVER_SETTINGS: 'OTHER, ONCALL_URL,ONCALL_SECRET' })).toEqual([]);
});

it('names the secrets that nobody gives, beside those that are named', async () => {
  const [problem] = await check(good, { RECEIVER_SETTINGS: 'ONCALL_URL' });
  expect(problem).toContain('takes ONCALL_SECRET, which RECEIVER_SETTINGS does not name');
  expect(problem).toContain('azd env set RECEIVER_SETTINGS=ONCALL_URL,ONCALL_SECRET');
});

it('does not take a value of this machine for one of the app', async () => {
  expect(
    await check(good, { ONCALL_URL: 'https://a.example', RECEIVER_SETTINGS: 'ONCALL_SECRET' }),
  ).toHaveLength(1);
});

it('takes the settings that every app has', async () => {
  expect(
    await check(good.replace('ONCALL_URL', 'PUBLIC_URL'), { RECEIVER_SETTINGS: 'ONCALL_SECRET' }),
  ).toEqual([]);
});

it('has its mistakes named', async () => {
  const problems = await check(good.replace('to: [on-call]', 'to: [on-cal]'));
  expect(problems).toEqual([
    expect.stringContaining('my.config.yaml: routes[0].to[0]: "on-cal" is not a receiver'),
  ]);
});

it('has to be there', async () => {
  expect(await configurationProblems({ RESPONDER_CONFIG_FILE: '/nowhere.yaml' })).toEqual([
    'RESPONDER_CONFIG_FILE: /nowhere.yaml cannot be read (ENOENT)',
  ]);
});

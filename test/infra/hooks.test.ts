import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const answers = {
  AZURE_ENV_NAME: 'fleet',
  AZURE_SUBSCRIPTION_ID: 'a-subscription',
  IOT_HUB_ID: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Devices/IotHubs/hub-fleet-01',
  ALERT_EMAILS: 'ops@contoso.example',
};
const provisioned = {
  ...answers,
  AZURE_RESOURCE_GROUP: 'rg-fleet',
  STORAGE_ACCOUNT_NAME: 'stfleet',
  FUNCTION_APP_NAME: 'func-fleet',
};

let folder: string;
let calls: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'responder-hooks-'));
  calls = path.join(folder, 'calls');
  writeFileSync(path.join(folder, 'sleep'), '#!/bin/sh\n', { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a hook with an `az` that writes down its arguments and then does what `az` says. */
function run(hook: string, env: Record<string, string>, az = 'echo false') {
  writeFileSync(calls, '');
  const script = `#!/bin/sh\necho "$*" >>"${calls}"\n${az}\n`;
  writeFileSync(path.join(folder, 'az'), script, { mode: 0o755 });
  const { status, stderr } = spawnSync('sh', [`infra/hooks/${hook}.sh`], {
    cwd: root,
    env: { PATH: `${folder}:/usr/bin:/bin`, ...env },
    encoding: 'utf8',
  });
  return { status, stderr, calls: readFileSync(calls, 'utf8').trim().split('\n') };
}

describe('preprovision', () => {
  it('is content with the answers that are asked for', () => {
    const { status, stderr } = run('preprovision', answers);
    expect([status, stderr]).toEqual([0, '']);
  });

  it('takes the id of a hub in any case, and an empty list of other things', () => {
    const id = answers.IOT_HUB_ID.toLowerCase();
    expect(run('preprovision', { ...answers, IOT_HUB_ID: id, COMMUNICATION_SERVICE_ID: '' }).status).toBe(0);
  });

  it('does without a subscription that is not chosen yet', () => {
    const { status, calls } = run('preprovision', { ...answers, AZURE_SUBSCRIPTION_ID: '' });
    expect([status, ...calls]).toEqual([0, 'account show --output none']);
  });

  it.each([
    ['AZURE_ENV_NAME', 'Fleet', 'use 2 to 12 lower-case letters'],
    ['AZURE_ENV_NAME', 'f', 'use 2 to 12 lower-case letters'],
    ['AZURE_ENV_NAME', '4fleet', 'with a letter in front'],
    ['AZURE_ENV_NAME', 'fleet_of_us', 'use 2 to 12 lower-case letters'],
    ['AZURE_ENV_NAME', 'fleet-of-many', 'use 2 to 12 lower-case letters'],
    ['AZURE_ENV_NAME', 'flöte', 'use 2 to 12 lower-case letters'],
    ['IOT_HUB_ID', 'hub-fleet-01', 'IOT_HUB_ID is not the resource id of an IoT hub'],
    ['IOT_HUB_ID', '', 'IOT_HUB_ID is not the resource id of an IoT hub'],
    ['ALERT_EMAILS', '', 'ALERT_EMAILS names nobody'],
    ['VNET_ADDRESS_PREFIX', '10.40.0.0/24', 'azd env set ALLOWED_IP_RANGES'],
    ['ALLOWED_IP_RANGES', '203.0.113.7/32', 'azd env set VNET_ADDRESS_PREFIX'],
    ['COMMUNICATION_SERVICE_ID', '/subscriptions/s', 'azd env set RESPONDER_EMAIL_SENDER'],
  ])('refuses %s %j: %s', (name, value, problem) => {
    const { status, stderr } = run('preprovision', { ...answers, [name]: value });
    expect(status).toBe(1);
    expect(stderr).toContain(problem);
  });

  it('says when az has no access to the subscription', () => {
    const { status, stderr } = run('preprovision', answers, 'exit 1');
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining('not signed in to a-subscription: az login'),
    ]);
  });
});

describe('postprovision', () => {
  it('puts the configuration there once', () => {
    const uploads = (answer: string) =>
      run('postprovision', provisioned, answer).calls.filter((call) =>
        call.startsWith('storage blob upload'),
      );
    expect(uploads('echo false')).toHaveLength(1);
    expect(uploads('echo true')).toEqual([]);
  });

  it('waits for the role, and then says what az says', () => {
    const { status, stderr, calls } = run('postprovision', provisioned, 'echo "no permission" >&2; exit 1');
    expect([status, calls.length]).toEqual([1, 20]);
    expect(stderr).toContain('no permission\npostprovision: no access to the container "config"');
  });

  it('does not wait where the network is closed', () => {
    const closed = 'echo "The request may be blocked by network rules of storage account." >&2; exit 1';
    const { status, stderr, calls } = run('postprovision', provisioned, closed);
    expect([status, calls.length]).toEqual([1, 1]);
    expect(stderr).toContain('closed to this address');
  });
});

it('every call names the subscription', () => {
  const all = ['preprovision', 'postprovision', 'postdeploy'].flatMap((hook) => run(hook, provisioned).calls);
  expect(all).toHaveLength(4);
  expect(all.filter((call) => !call.includes('--subscription a-subscription'))).toEqual([]);
});

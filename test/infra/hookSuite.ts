import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** How a shell runs a hook: the command and its arguments. */
type Shell = (hook: string) => [command: string, args: string[]];

const root = path.resolve(import.meta.dirname, '../..');
const answers = {
  AZURE_ENV_NAME: 'fleet',
  AZURE_SUBSCRIPTION_ID: 'a-subscription',
  IOT_HUB_ID: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Devices/IotHubs/hub-fleet-01',
  ALERT_EMAILS: 'ops@contoso.example',
  RECEIVER_SETTINGS: 'ONCALL_WEBHOOK_URL,ONCALL_WEBHOOK_SECRET',
};
const provisioned = {
  ...answers,
  AZURE_RESOURCE_GROUP: 'rg-fleet',
  STORAGE_ACCOUNT_NAME: 'stfleet',
  FUNCTION_APP_NAME: 'func-fleet',
};

/** What the hooks promise in either shell. */
export function hooksIn(shell: Shell): void {
  let folder: string;
  let calls: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'responder-hooks-'));
    calls = path.join(folder, 'calls');
    writeFileSync(path.join(folder, 'sleep'), '#!/bin/sh\n', { mode: 0o755 });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs a hook with an `az` and an `azd` that write down their arguments and then do what `az` says. */
  function run(hook: string, env: Record<string, string>, az = 'echo false') {
    writeFileSync(calls, '');
    const script = `#!/bin/sh\necho "$*" >>"${calls}"\n${az}\n`;
    for (const name of ['az', 'azd']) writeFileSync(path.join(folder, name), script, { mode: 0o755 });
    const { status, stdout, stderr } = spawnSync(...shell(hook), {
      cwd: root,
      env: { HOME: process.env.HOME, PATH: `${folder}:${process.env.PATH}`, ...env },
      encoding: 'utf8',
    });
    return { status, stdout, stderr, calls: readFileSync(calls, 'utf8').trim().split('\n') };
  }

  describe('preprovision', () => {
    // Enough for every question: what azd keeps, a group of this environment, a hub, the regions.
    const knowing = (kept: Record<string, string>) => `case "$*" in
    *get-values*) echo '${JSON.stringify(kept)}' ;;
    *list*) echo '[]' ;;
    *) echo '{"location":"westeurope","tags":{"azd-env-name":"fleet"}}' ;;
  esac`;
    const content = knowing({});

    it('is content with the answers that are asked for', () => {
      const { status, stderr, calls } = run('preprovision', answers, content);
      expect([status, stderr]).toEqual([0, '']);
      expect(calls).toContain('env set IOT_HUB_LOCATION=westeurope -e fleet');
    });

    it('says everything that is wrong, and asks Azure nothing then', () => {
      const env = { ...answers, IOT_HUB_ID: 'hub-fleet-01', RESPONDER_CONFIG_FILE: 'nowhere.yaml' };
      const { status, stderr, calls } = run('preprovision', env, content);
      expect([status, calls]).toEqual([1, ['']]);
      expect(stderr).toContain('preprovision: IOT_HUB_ID is "hub-fleet-01"');
      expect(stderr).toContain('preprovision: RESPONDER_CONFIG_FILE: nowhere.yaml cannot be read');
    });

    it('only warns of a configuration that is not uploaded any more', () => {
      const problem = 'responder.config.yaml takes ONCALL_WEBHOOK_URL and ONCALL_WEBHOOK_SECRET';
      const broken = { ...answers, RECEIVER_SETTINGS: '' };
      const made = { EVENT_SUBSCRIPTION_NAME: 'responder-fleet-x' };
      const later = run('preprovision', broken, knowing(made));
      expect(later.status).toBe(0);
      expect(later.stdout).toContain(`Warning: ${problem}`);
      // The group is there of a first run that failed; another environment's names are in the shell.
      const first = run('preprovision', { ...broken, ...made }, content);
      expect(first.status).toBe(1);
      expect(first.stderr).toContain(`preprovision: ${problem}`);
    });

    it('makes no second responder', () => {
      const kept = knowing({ AZURE_RESOURCE_GROUP: 'rg-fleet' });
      const { status, stderr } = run('preprovision', answers, kept);
      expect(status).toBe(1);
      expect(stderr).toContain('azd env set RESPONDER_RESOURCE_GROUP=rg-fleet');
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
      // Once more for who is signed in.
      expect([status, calls.length]).toEqual([1, 21]);
      expect(stderr).toContain('no permission\npostprovision: no access to the container "config"');
      expect(stderr).toContain('azd hooks run postprovision and azd deploy, or azd up again');
    });

    it('says who has no access', () => {
      const az = 'case "$*" in account*) echo ops@contoso.example ;; *) exit 1 ;; esac';
      const { stderr } = run('postprovision', { ...provisioned, DEPLOYER_ID: 'an-object-id' }, az);
      expect(stderr).toContain('az is signed in as ops@contoso.example; the role was given to an-object-id.');
    });

    it('puts the file there that is named', () => {
      const { stdout, calls } = run('postprovision', {
        ...provisioned,
        RESPONDER_CONFIG_FILE: 'my.config.yaml',
      });
      expect(calls.at(-1)).toContain('--file my.config.yaml');
      expect(calls.at(-1)).toContain('--name responder.config.yaml');
      expect(stdout).toContain('Uploaded my.config.yaml to the container "config".');
    });

    it('does not wait long where the network is closed', () => {
      const closed = 'echo "The request may be blocked by network rules of storage account." >&2; exit 1';
      const { status, stderr, calls } = run('postprovision', provisioned, closed);
      expect([status, calls.length]).toEqual([1, 5]);
      expect(stderr).toContain('closed to this address');
    });
  });

  it('every call names the subscription', () => {
    const all = ['postprovision', 'postdeploy'].flatMap((hook) => run(hook, provisioned).calls);
    expect(all).toHaveLength(3);
    expect(all.filter((call) => !call.includes('--subscription a-subscription'))).toEqual([]);
  });

  it('the last says where to ask whether the app is ready', () => {
    expect(run('postdeploy', provisioned).stdout).toContain(
      'https://func-fleet.azurewebsites.net/api/health',
    );
  });
}

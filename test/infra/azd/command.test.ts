import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { commandOn } from '../../../infra/azd/command.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'responder-command-'));
  const script = '#!/bin/sh\nfor word in "$@"; do echo "<$word>"; done\necho "no words" >&2\nexit $#\n';
  writeFileSync(path.join(folder, 'az'), script, { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

// The shell of this machine stands in for that of Windows: with plain words both do the same.
describe.each(['linux', 'win32'] as const)('a command on %s', (platform) => {
  const run = commandOn(platform);

  it('gets its words as they are, and no warning', async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error) => warnings.push(warning);
    process.on('warning', warned);
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
    const ended = await run('az', ['env set', 'A=b & c|d', '(x)', '']);
    // A warning comes later than what it warns of.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', warned);
    expect(ended).toEqual({
      ok: false,
      said: '<env set>\n<A=b & c|d>\n<(x)>\n<>\n',
      complained: 'no words',
    });
    expect(warnings).toEqual([]);
  });

  it('that ends well is ok', async () => {
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
    expect(await run('az', [])).toEqual({ ok: true, said: '', complained: 'no words' });
  });
});

it('says that a command is not installed', async () => {
  vi.stubEnv('PATH', folder);
  expect(await commandOn('linux')('azd', [])).toMatchObject({
    ok: false,
    complained: 'azd is not installed',
  });
});

it.each(['a"b', '%PATH%', 'a\nb', 'a\rb', 'C:\\'])(
  'Windows gets no %j, which it would change',
  async (word) => {
    expect(await commandOn('win32')('az', ['show', word])).toEqual({
      ok: false,
      said: '',
      complained: `the shell of Windows would not leave ${JSON.stringify(word)} as it is`,
    });
  },
);

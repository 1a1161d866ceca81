import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
let checkout: string;

beforeAll(async () => {
  checkout = mkdtempSync(path.join(tmpdir(), 'responder-build-'));
  cpSync(path.join(root, 'build.mjs'), path.join(checkout, 'build.mjs'));
  symlinkSync(path.join(root, 'node_modules'), path.join(checkout, 'node_modules'), 'junction');
  mkdirSync(path.join(checkout, 'src'));
  writeSource(0);
  await build();
});
afterAll(() => rmSync(checkout, { recursive: true, force: true }));

const inDist = (file: string) => path.join(checkout, 'dist', file);
const build = () => promisify(execFile)(process.execPath, ['build.mjs'], { cwd: checkout });

/** A program of a megabyte, which takes a while to write. */
function writeSource(version: number): void {
  const text = `version ${version} `.repeat(100_000);
  writeFileSync(path.join(checkout, 'src/main.ts'), `export const text: string = ${JSON.stringify(text)};\n`);
}

it('leaves a whole bundle in its place at every moment, however many builds run', {
  timeout: 120_000,
}, async () => {
  let done = false;
  const seen = new Set<string>();
  const reader = (async () => {
    while (!done) {
      const bundle = readFileSync(inDist('main.cjs'), 'utf8');
      seen.add(bundle.trimEnd().split('\n').at(-1) ?? '');
      JSON.parse(readFileSync(inDist('main.cjs.map'), 'utf8'));
      await sleep(1);
    }
  })();
  for (const version of [1, 2]) {
    writeSource(version);
    await Promise.all([build(), build()]);
  }
  done = true;
  await reader;
  expect([...seen]).toEqual(['//# sourceMappingURL=main.cjs.map']);
  expect(readFileSync(inDist('main.cjs'), 'utf8')).toContain('version 2');
});

it('does not touch a bundle that is as it should be', async () => {
  const before = statSync(inDist('main.cjs'));
  await build();
  const { ino, mtimeMs } = statSync(inDist('main.cjs'));
  expect({ ino, mtimeMs }).toEqual({ ino: before.ino, mtimeMs: before.mtimeMs });
});

it('leaves nothing else, in dist or beside it', async () => {
  writeFileSync(inDist('main.js'), 'of an earlier version');
  await build();
  expect(readdirSync(path.join(checkout, 'dist')).sort()).toEqual(['main.cjs', 'main.cjs.map']);
  expect(readdirSync(checkout).sort()).toEqual(['build.mjs', 'dist', 'node_modules', 'src']);
});

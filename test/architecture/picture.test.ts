import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { folderOf, imports, lib, root, sources } from './importGraph.ts';

const page = readFileSync(path.join(root, 'docs/architecture.md'), 'utf8');
const picture = /```mermaid\n([\s\S]*?)```/.exec(page)?.[1] ?? '';

/** `app --> pages & config` as `app pages` and `app config`. */
const drawn = [...picture.matchAll(/^ *(\w+) --> ([\w &]+)$/gm)].flatMap(([, from, to]) =>
  to!.split(' & ').map((target) => ({ from: from!, to: target })),
);

const roomOf = (file: string) => (file.startsWith(lib) ? folderOf(file) : path.basename(path.dirname(file)));
const between = imports
  .filter(({ from, to }) => roomOf(from) !== roomOf(to) && !from.endsWith('src/main.ts'))
  .map(({ from, to }) => ({ from: roomOf(from), to: roomOf(to) }));

function reachable(from: string, seen = new Set<string>()): Set<string> {
  for (const arrow of drawn) {
    if (arrow.from !== from || seen.has(arrow.to)) continue;
    seen.add(arrow.to);
    reachable(arrow.to, seen);
  }
  return seen;
}

it('the picture of the rooms has every folder', () => {
  const rooms = new Set(sources.filter((file) => !file.endsWith('src/main.ts')).map(roomOf));
  expect(new Set(drawn.flatMap(({ from, to }) => [from, to]))).toEqual(rooms);
});

it('every arrow of the picture is an import', () => {
  const missing = drawn.filter(
    (arrow) => !between.some(({ from, to }) => from === arrow.from && to === arrow.to),
  );
  expect(missing).toEqual([]);
});

it('every import goes along the arrows of the picture', () => {
  const astray = between.filter(({ from, to }) => !reachable(from).has(to));
  expect(new Set(astray.map(({ from, to }) => `${from} --> ${to}`))).toEqual(new Set());
});

it('the table beside it has the folders of src/lib, the innermost first', () => {
  const rows = page.slice(page.indexOf('## Rooms')).matchAll(/^\| `(\w+)` \|/gm);
  const table = [...rows].map(([, name]) => name!);
  const low = ['telemetry', 'identity', 'fields', 'outgoing'];
  const folders = new Set(sources.filter((file) => file.startsWith(lib)).map(folderOf));
  expect([...table, ...low].sort()).toEqual([...folders].sort());
  const upward = between.filter(
    ({ from, to }) => table.includes(from) && table.includes(to) && table.indexOf(to) > table.indexOf(from),
  );
  expect(upward).toEqual([]);
});

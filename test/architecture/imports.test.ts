import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { folderOf, type Import, imports, lib, root, sources } from './importGraph.ts';

/** Folders of src/lib, the innermost first: a file imports from its own folder and from those before it. */
const order = [
  'telemetry',
  'identity',
  'events',
  'link',
  'fields',
  'outgoing',
  'device',
  'directory',
  'diagnosis',
  'control',
  'policy',
  'access',
  'incident',
  'hubWatch',
  'notify',
  'replay',
  'explain',
  'selfWatch',
  'pages',
  'store',
  'config',
  'api',
  'app',
  'status',
];

const shown = ({ from, to }: Import) => `${path.relative(root, from)} -> ${path.relative(root, to)}`;

it('every folder of src/lib has its place in the order', () => {
  const folders = new Set(sources.filter((file) => file.startsWith(lib)).map(folderOf));
  expect([...folders].sort()).toEqual([...order].sort());
});

it('imports run one way between folders, types included', () => {
  const upward = imports.filter(({ from, to }) => {
    if (!from.startsWith(lib)) return false;
    return !to.startsWith(lib) || order.indexOf(folderOf(to)) > order.indexOf(folderOf(from));
  });
  expect(upward.map(shown)).toEqual([]);
});

it('no files import each other in a circle', () => {
  const targets = Map.groupBy(imports, ({ from }) => from);
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    const start = trail.indexOf(file);
    if (start >= 0) {
      const circle = [...trail.slice(start), file];
      circles.push(circle.map((one) => path.relative(root, one)).join(' -> '));
      return;
    }
    if (done.has(file)) return;
    for (const { to } of targets.get(file) ?? []) visit(to, [...trail, file]);
    done.add(file);
  };
  for (const file of sources) visit(file, []);
  expect(circles).toEqual([]);
});

it('the product imports nothing of its tests, and only the store names a row', () => {
  const astray = imports.filter(({ to }) => !to.startsWith(path.join(root, 'src')));
  expect(astray.map(shown)).toEqual([]);
  const named = imports.filter(
    ({ from, to }) =>
      /store\/(keys|encodeKey|rowStore|readRecord)\.ts$/.test(to) && folderOf(from) !== 'store',
  );
  // A transaction's limit and the table itself are put together where an instance is made.
  const allowed = ['src/lib/app/createApp.ts', 'src/lib/app/receiveEvents.ts'];
  expect(named.filter(({ from }) => !allowed.includes(path.relative(root, from))).map(shown)).toEqual([]);
});

it('every SDK and library with an edge of its own is known to one file', () => {
  const packages = [
    '@azure/data-tables',
    '@azure/storage-queue',
    '@azure/storage-blob',
    '@azure/communication-email',
    '@azure/identity',
    'yaml',
    'jose',
  ];
  for (const name of packages) {
    const users = sources.filter((file) => readFileSync(file, 'utf8').includes(`'${name}'`));
    expect(
      users.map((file) => path.relative(root, file)),
      name,
    ).toHaveLength(1);
  }
});

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import type { KindName } from './only.ts';
import type { Outcome } from './tryStories.ts';

/** One change of the product's source, to see whether the simulation notices. */
export type SeededBug = {
  readonly name: string;
  /** From the repository's root. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Whose stories show it soon; left out: 1. Others do too, after some hundreds of stories. */
  readonly seed?: number;
  /** Stories of one kind, where others seldom show it. */
  readonly only?: KindName;
};

const root = path.resolve(import.meta.dirname, '../..');

/** The file's text with the bug in it. Throws when the bug no longer fits. */
export async function withBug({ name, file, find, replace }: SeededBug): Promise<string> {
  const parts = (await readFile(path.join(root, file), 'utf8')).split(find);
  if (parts.length !== 2) throw new Error(`${name}: the text to replace is not in ${file} exactly once`);
  return parts.join(replace);
}

/** Bundles the simulation with the product, with a seeded bug in it or without. Throws when the bug no longer fits. */
export async function bundleStories(outfile: string, bug?: SeededBug): Promise<void> {
  const buggy = bug && { file: path.join(root, bug.file), contents: await withBug(bug) };
  let applied = buggy === undefined;
  await build({
    entryPoints: [path.join(root, 'test/simulation/runStories.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: {
      js: "import { createRequire as from } from 'node:module'; const require = from(import.meta.url);",
    },
    logLevel: 'error',
    plugins: [
      {
        name: 'seeded-bug',
        setup({ onLoad }) {
          if (!buggy) return;
          onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
            if (file !== buggy.file) return null;
            applied = true;
            return { contents: buggy.contents, loader: 'ts' };
          });
        },
      },
    ],
  });
  if (!applied) throw new Error(`${bug?.name}: no story loads ${bug?.file}`);
}

/** Plays stories in a process of its own. */
export async function runStories(bundle: string, options: Record<string, string | number>): Promise<Outcome> {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(process.execPath, [bundle, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`the simulation ended with code ${code}`);
  return JSON.parse(printed) as Outcome;
}

/** The failure as a reader needs it: the seed to play it again, what broke, and the shortest story. */
export function describeOutcome({ runs, failure }: Outcome): string {
  if (failure === null) return `${runs} stories kept every promise`;
  const again = `npm run soak -- --seed ${failure.seed}`;
  return [
    `a promise broke after ${runs} stories (${again}):`,
    ...failure.broken,
    JSON.stringify(failure.story),
  ].join('\n');
}

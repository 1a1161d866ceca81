import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const page = path.resolve(import.meta.dirname, '../../docs/api.md');

/** A command of docs/api.md, and the answer that is shown behind it; null: none is. */
export type ApiExample = { readonly command: string; readonly shown: unknown };

/** The calls of docs/api.md, in order. An answer stands in the same section. */
export function apiExamples(): ApiExample[] {
  return readFileSync(page, 'utf8')
    .split(/^## /m)
    .flatMap((section) => {
      const blocks = [...section.matchAll(/^```(sh|json)\n([\s\S]*?)^```$/gm)];
      return blocks.flatMap(([, kind, text = ''], index) => {
        if (kind !== 'sh' || !text.startsWith('curl')) return [];
        const [, next, answer = ''] = blocks[index + 1] ?? [];
        return [{ command: text, shown: next === 'json' ? JSON.parse(answer) : null }];
      });
    });
}

/** Runs it as a reader does, in a shell; answers what was printed. */
export async function run(command: string, env: Readonly<Record<string, string>>): Promise<unknown> {
  const { stdout } = await promisify(execFile)('sh', ['-euc', command], {
    env: { PATH: process.env.PATH, ...env },
  });
  return JSON.parse(stdout);
}

/** Where an answer lacks something that is shown, or has another type there; an empty list shows no items. */
export function missing(shown: unknown, answer: unknown, at = 'answer'): string[] {
  if (Array.isArray(shown) && Array.isArray(answer))
    return shown.length > 0 && answer.length > 0 ? missing(shown[0], answer[0], `${at}[0]`) : [];
  if (typeof shown !== typeof answer || (shown === null) !== (answer === null)) return [at];
  if (typeof shown !== 'object' || shown === null) return [];
  return Object.entries(shown).flatMap(([key, value]) =>
    missing(value, (answer as Record<string, unknown>)[key], `${at}.${key}`),
  );
}

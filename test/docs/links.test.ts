import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf } from './markdown.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const pages = globSync(['*.md', 'docs/**/*.md', 'infra/**/*.md', '.github/**/*.md'], { cwd: root });
const sources = globSync('{src,local,tools,infra,build,bench,test}/**/*.{ts,bicep,sh,ps1}', { cwd: root });

/** The target is a file or folder of the repository and, if it names an anchor, a page with that heading. */
function leadsSomewhere(target: string, anchor: string | undefined): boolean {
  if (!existsSync(path.join(root, target))) return false;
  return anchor === undefined || (target.endsWith('.md') && anchorsOf(read(target)).has(anchor));
}

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('has no link that leads nowhere', () => {
    const links = [...text.matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
    const broken = links.filter(([, file, anchor]) => {
      const target = file ? path.join(path.dirname(page), file) : page;
      return !leadsSomewhere(target, anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it('names only scripts and files that are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const unknown = [...text.matchAll(/npm run ([\w:]+)/g)].filter(([, name]) => !scripts[name!]);
    const missing = [
      ...text.matchAll(/(?<![\w/])(?:src|infra|local|tools|build|bench|test|\.github)\/[\w./-]+\.\w+/g),
    ].filter(([file]) => !file.endsWith('infra/my.bicepparam') && !existsSync(path.join(root, file)));
    expect([...unknown, ...missing].map(([found]) => found)).toEqual([]);
  });
});

it('every page of docs/ can be reached from the README', () => {
  const seen = new Set<string>();
  const visit = (page: string): void => {
    if (seen.has(page)) return;
    seen.add(page);
    for (const [, file] of read(page).matchAll(/\]\((?!https?:)([^)#\s]+\.md)/g))
      visit(path.join(path.dirname(page), file!));
  };
  visit('README.md');
  const decisions = (page: string) => page.startsWith('docs/decisions/');
  expect(pages.filter((page) => !seen.has(page) && !decisions(page))).toEqual([]);
});

it('comments cite pages and sections of this repository', () => {
  const broken = sources.flatMap((file) =>
    [...read(file).matchAll(/(?<![\w/])(docs\/[\w./-]+\.md)(?:#([\w-]+))?/g)]
      .filter(([, target, anchor]) => !leadsSomewhere(target!, anchor))
      .map(([cited]) => `${file}: ${cited}`),
  );
  expect(broken).toEqual([]);
});

it('every fact of the platform page that a comment can cite has a source or says that it was tried', () => {
  const text = read('docs/platform.md');
  const [facts = '', sourceList = ''] = text.split('## Sources');
  const numbers = [...sourceList.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number));
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  const cited = new Set([...facts.matchAll(/\[(\d+)\]/g)].map(([, number]) => Number(number)));
  expect(numbers.filter((number) => !cited.has(number))).toEqual([]);
  expect([...cited].filter((number) => !numbers.includes(number))).toEqual([]);
  const sections = facts.split(/^### /m).slice(1);
  const bare = sections.filter((section) => !/\[\d+\]|\*[Tt]ried/.test(section));
  expect(bare.map((section) => section.split('\n')[0])).toEqual([]);
});

import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');
export const lib = path.join(root, 'src/lib');

export type Import = { readonly from: string; readonly to: string };

/** Every import and re-export of a file, types and lazy ones included; files of the repository alone. */
function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const found = text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
  return [...found].map(([, target]) => ({ from: file, to: path.resolve(path.dirname(file), target!) }));
}

export const sources = globSync('src/**/*.ts', { cwd: root }).map((file) => path.join(root, file));
export const imports = sources.flatMap(importsOf);

/** The folder of `src/lib` that a file is in; elsewhere the folder of the repository. */
export const folderOf = (file: string) =>
  file.startsWith(lib)
    ? path.relative(lib, file).split(path.sep)[0]!
    : path.relative(root, file).split(path.sep)[0]!;

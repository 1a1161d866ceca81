import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What Core Tools never uploads, whatever the ignore file says (FileSystemHelpers.cs). */
const foldersLeftOut = ['.git', '.vscode'];
const filesLeftOut = ['.funcignore', '.gitignore', 'local.settings.json', 'project.lock.json'];

/**
 * The files under `root` that `func azure functionapp publish` uploads: all but those above and those that
 * `.funcignore` denies. Paths are relative, with `/`, sorted.
 */
export function packageFiles(root: string): string[] {
  const ignoreFile = path.join(root, '.funcignore');
  const accepts = existsSync(ignoreFile) ? acceptedBy(readFileSync(ignoreFile, 'utf8')) : () => true;
  return globSync('**/*', {
    cwd: root,
    withFileTypes: true,
    // `node_modules` is skipped unless its files are accepted: it has 30,000 of them.
    exclude: (entry) => entry.isDirectory() && !mayHold(entry, root, accepts),
  })
    .filter((entry) => !entry.isDirectory() && !filesLeftOut.includes(entry.name.toLowerCase()))
    .map((entry) => relative(root, path.join(entry.parentPath, entry.name)))
    .filter(accepts)
    .sort();
}

const needed = ['dist/main.cjs', 'dist/main.cjs.map', 'host.json', 'package.json', 'responder.config.yaml'];
const part = /^dist\/part-[A-Z0-9]+\.cjs(\.map)?$/;

/** What is wrong with the files of a package; null: they are the bundle, its parts, the host's settings and the configuration. */
export function unexpectedIn(files: readonly string[]): string | null {
  const missing = needed.filter((file) => !files.includes(file));
  if (missing.length > 0) return `lacks ${missing.join(', ')}`;
  const others = files.filter((file) => !needed.includes(file) && !part.test(file));
  return others.length > 0 ? `should not hold ${others.join(', ')}` : null;
}

type Entry = { readonly name: string; readonly parentPath: string };

function mayHold(folder: Entry, root: string, accepts: (file: string) => boolean): boolean {
  if (foldersLeftOut.includes(folder.name.toLowerCase())) return false;
  if (folder.name !== 'node_modules') return true;
  return accepts(`${relative(root, path.join(folder.parentPath, folder.name))}/x`);
}

const relative = (root: string, file: string) => path.relative(root, file).replaceAll('\\', '/');

/**
 * The rules of Core Tools, which are a part of git's (GitIgnoreParser.cs): a pattern matches from the start of the
 * path up to a word boundary, so it is anchored in front and open at the end; a pattern with `!` always wins.
 */
export function acceptedBy(ignoreFile: string): (file: string) => boolean {
  const lines = ignoreFile
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const denied = matcher(lines.filter((line) => !line.startsWith('!')));
  const allowed = matcher(lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1)));
  return (file) => allowed(file) || !denied(file);
}

function matcher(patterns: readonly string[]): (file: string) => boolean {
  if (patterns.length === 0) return () => false;
  const sources = patterns.map((pattern) =>
    pattern
      .replace(/^\//, '')
      .replace(/[-[\]/{}()+?.\\^$|]/g, '\\$&')
      .replaceAll('**', '(.+)')
      .replaceAll('*', '([^\\/]+)'),
  );
  const expression = new RegExp(`^((${sources.join(')|(')}))\\b`);
  return (file) => expression.test(file);
}

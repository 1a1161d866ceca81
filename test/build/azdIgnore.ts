import { readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * The files that `azd deploy` packs by an ignore file: it reads it with another library than git (go-gitignore).
 * A folder that is left out is not entered; otherwise each path is asked for on its own.
 */
export function azdFiles(root: string, ignoreFile: string): string[] {
  const leftOut = azdIgnores(ignoreFile);
  const filesIn = (folder: string): string[] =>
    readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const name = path.posix.join(folder, entry.name);
      if (leftOut(name, entry.isDirectory())) return [];
      return entry.isDirectory() ? filesIn(name) : [name];
    });
  return filesIn('').sort();
}

/**
 * Whether a path is left out: the last pattern that matches decides. A star of a pattern with one part stands for `/`
 * too; a pattern of several parts matches as in git, and so does `**`; a `/` at the end is for folders only.
 * The patterns here all begin with `/`.
 */
export function azdIgnores(ignoreFile: string): (file: string, folder: boolean) => boolean {
  const patterns = ignoreFile
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, negated, body, folderOnly] = /^(!?)\/(.+?)(\/?)$/.exec(line)!;
      const source = body!
        .replaceAll('.', '\\.')
        .replace(/\*+/g, (stars) => (stars === '**' || !body!.includes('/') ? '.*' : '[^/]*'));
      return { keeps: negated === '!', folderOnly: folderOnly === '/', path: new RegExp(`^${source}$`) };
    })
    .reverse();
  return (file, folder) => {
    const decisive = patterns.find(({ path, folderOnly }) => (folder || !folderOnly) && path.test(file));
    return decisive !== undefined && !decisive.keeps;
  };
}

/**
 * How `azd deploy` reads an ignore file, by another library than git (go-gitignore): whether a path is left out.
 * The last pattern that matches decides. A star of a pattern with one part stands for `/`
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

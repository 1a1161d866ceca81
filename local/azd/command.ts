import { execFile } from 'node:child_process';

/** How a command ended. */
export type Ended = { readonly ok: boolean; readonly said: string; readonly complained: string };

/** Runs `az` or `azd`. */
export type Command = (name: 'az' | 'azd', args: readonly string[]) => Promise<Ended>;

export const runCommand: Command = (name, args) => {
  // On Windows both may be command files, which only a shell starts.
  const shell = process.platform === 'win32';
  const words = shell ? args.map((word) => `"${word}"`) : args;
  return new Promise((resolve) => {
    execFile(
      name,
      words,
      { shell, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 },
      (error, said, complained) => {
        const missing = error !== null && 'code' in error && error.code === 'ENOENT';
        resolve({
          ok: error === null,
          said,
          complained: missing ? `${name} is not installed` : complained.trim(),
        });
      },
    );
  });
};

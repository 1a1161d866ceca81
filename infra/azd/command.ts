import { type ExecException, type ExecFileException, exec, execFile } from 'node:child_process';

/** How a command ended. */
export type Ended = { readonly ok: boolean; readonly said: string; readonly complained: string };

/** Runs `az` or `azd`. */
export type Command = (name: 'az' | 'azd', args: readonly string[]) => Promise<Ended>;

/** On Windows both may be command files, which only a shell starts; and a shell takes one text. */
export const commandOn =
  (platform: NodeJS.Platform): Command =>
  (name, args) =>
    new Promise((resolve) => {
      const options = { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 } as const;
      const ended = (error: ExecException | ExecFileException | null, said: string, complained: string) =>
        resolve({
          ok: error === null,
          said,
          complained: error?.code === 'ENOENT' ? `${name} is not installed` : complained.trim(),
        });
      if (platform !== 'win32') {
        execFile(name, args, options, ended);
        return;
      }
      const unsafe = args.find((word) => !isSafe(word));
      if (unsafe === undefined) exec([name, ...args.map((word) => `"${word}"`)].join(' '), options, ended);
      else {
        const complained = `the shell of Windows would not leave ${JSON.stringify(unsafe)} as it is`;
        resolve({ ok: false, said: '', complained });
      }
    });

export const runCommand: Command = commandOn(process.platform);

/**
 * Between double quotes the shell of Windows leaves every character alone, spaces and `&|<>^()` among them, but these:
 * another quote, `%` (a variable), a new line, and a backslash at the end, which the program takes for a part of `\"`.
 */
const isSafe = (word: string) => !/["%\r\n]|\\$/.test(word);

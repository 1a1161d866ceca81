import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

export const run = promisify(execFile);

/** Where downloaded tools are kept: outside the repository, so that a fresh install does not load them again. */
export const cacheOf = (env: NodeJS.ProcessEnv, tool: string) =>
  path.join(env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'iothub-disconnect-responder', tool);

export const executableOf = (tool: string) => (process.platform === 'win32' ? `${tool}.exe` : tool);

/** The file of a tool on the PATH, or null. */
export function onPath(tool: string, env: NodeJS.ProcessEnv): string | null {
  const files = (env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => path.join(folder, executableOf(tool)));
  return files.find((file) => existsSync(file)) ?? null;
}

export const firstLine = (error: unknown) => String((error as Error).message).split('\n')[0] ?? '';

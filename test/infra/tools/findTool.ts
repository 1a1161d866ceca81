import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

export const run = promisify(execFile);

export const executableOf = (tool: string) => (process.platform === 'win32' ? `${tool}.exe` : tool);

/** Thrown when a tool is not there and cannot be had; the message says how to install it. */
export class ToolMissingError extends Error {
  override readonly name = 'ToolMissingError';
}

/** A tool that the .NET SDK can bring. */
type Tool = {
  /** As it is called on the PATH. */
  readonly command: string;
  /** As the message calls it: `Bicep compiler`. */
  readonly title: string;
  /** Where the download puts it, within its folder. */
  readonly file: string;
  /** What `dotnet` is told to put it into that folder. */
  readonly download: (folder: string) => readonly string[];
  /** How to install it otherwise. */
  readonly install: string;
};

/**
 * A tool of the PATH, or one from an earlier download, or one that is downloaded now. Downloads are kept outside the
 * repository, so that a fresh install does not load them again.
 * @throws ToolMissingError
 */
export async function findTool(tool: Tool, env: NodeJS.ProcessEnv): Promise<string> {
  const present = onPath(tool.command, env);
  if (present) return present;
  const cache = env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  const folder = path.join(cache, 'iothub-disconnect-responder', tool.command);
  const downloaded = path.join(folder, tool.file);
  if (existsSync(downloaded)) return downloaded;
  try {
    await run('dotnet', tool.download(folder), { env });
  } catch (cause) {
    throw new ToolMissingError(
      `There is no ${tool.title} on the PATH, and it could not be downloaded with the .NET SDK 10 (${firstLine(cause)}). Install it: ${tool.install}.`,
      { cause },
    );
  }
  return downloaded;
}

/** The file of a tool on the PATH, or null. */
function onPath(command: string, env: NodeJS.ProcessEnv): string | null {
  const files = (env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => path.join(folder, executableOf(command)));
  return files.find((file) => existsSync(file)) ?? null;
}

export const firstLine = (error: unknown) => String((error as Error).message).split('\n')[0] ?? '';

import { existsSync } from 'node:fs';
import path from 'node:path';
import { cacheOf, executableOf, firstLine, onPath, run } from './tools.ts';

const version = '7.6.9';

/**
 * PowerShell 7, for the hooks on Windows: `pwsh` on the PATH, or one from an earlier download, or one that is
 * downloaded now. Throws when none can be had; the message says how to install one.
 */
export async function findPowershell(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const present = onPath('pwsh', env);
  if (present) return present;
  const cache = cacheOf(env, `powershell-${version}`);
  const downloaded = path.join(cache, executableOf('pwsh'));
  if (existsSync(downloaded)) return downloaded;
  try {
    await run('dotnet', ['tool', 'install', 'PowerShell', '--version', version, '--tool-path', cache], {
      env,
    });
  } catch (cause) {
    throw new Error(
      `There is no pwsh on the PATH, and it could not be downloaded with the .NET SDK 10 (${firstLine(cause)}). Install it: https://aka.ms/powershell.`,
      { cause },
    );
  }
  return downloaded;
}

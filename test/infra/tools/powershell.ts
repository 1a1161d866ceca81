import path from 'node:path';
import { executableOf, findTool } from './findTool.ts';

const version = '7.6.9';

/**
 * PowerShell 7, which runs the hooks on Windows.
 * @throws ToolMissingError
 */
export function findPowershell(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  return findTool(
    {
      command: 'pwsh',
      title: 'pwsh',
      file: path.join(version, executableOf('pwsh')),
      download: (folder) => [
        ...['tool', 'install', 'PowerShell', '--version', version],
        ...['--tool-path', path.join(folder, version)],
      ],
      install: 'https://aka.ms/powershell',
    },
    env,
  );
}

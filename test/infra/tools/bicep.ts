import path from 'node:path';
import { executableOf, findTool, firstLine, run } from './findTool.ts';

/** The version that the snapshots were written with. */
const bicepVersion = '0.49.2';

/** Thrown when the compiler refuses its input; the message is its own. */
export class BicepError extends Error {
  override readonly name = 'BicepError';
}

/**
 * The compiler.
 * @throws ToolMissingError
 */
export function findBicep(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const packageName = `Azure.Bicep.CommandLine.${platformOf(process.platform, process.arch)}`;
  return findTool(
    {
      command: 'bicep',
      title: 'Bicep compiler',
      file: path.join(packageName.toLowerCase(), bicepVersion, 'tools', executableOf('bicep')),
      download: (folder) => ['package', 'download', `${packageName}@${bicepVersion}`, '--output', folder],
      install: '`az bicep install` and put ~/.azure/bin on the PATH, or see https://aka.ms/bicep-install',
    },
    env,
  );
}

/**
 * Runs the compiler and answers what it printed.
 * @throws BicepError when it fails, and when it prints a warning: most type errors are only warnings
 */
export async function runBicep(
  bicep: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  try {
    const { stdout, stderr } = await run(bicep, args, {
      // The compiler is told of no culture, so that it needs no ICU libraries.
      env: { ...env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' },
      maxBuffer: 64 * 1024 * 1024,
    });
    if (stderr.trim() !== '') throw new BicepError(stderr.trim());
    return stdout;
  } catch (error) {
    if (error instanceof BicepError) throw error;
    const printed = (error as { stderr?: string }).stderr?.trim();
    throw new BicepError(printed || firstLine(error), { cause: error });
  }
}

function platformOf(platform: string, arch: string): string {
  const system = { win32: 'win', darwin: 'osx' }[platform] ?? 'linux';
  return `${system}-${arch}`;
}

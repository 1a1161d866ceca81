import { spawn } from 'node:child_process';
import path from 'node:path';
import { createMessageConnection } from 'vscode-jsonrpc/node';
import { executableOf, findTool } from './findTool.ts';

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

/** One process of the compiler, which answers many questions: to start it takes longer than most of them. */
export type Bicep = {
  /**
   * Compiles and lints a template with its modules.
   * @throws BicepError with what it finds, warnings included: most type errors are only warnings
   */
  compile(file: string): Promise<void>;
  /**
   * Predicts what a parameter file deploys: the content of a snapshot file.
   * @throws BicepError with what it finds, warnings included
   */
  predict(file: string, target: Target): Promise<string>;
  close(): void;
};

/** Where a prediction deploys to; without a resource group, to the subscription. */
export type Target = {
  readonly subscriptionId: string;
  readonly resourceGroup?: string;
  readonly location: string;
};

/** Answers of `bicep jsonrpc`, which the compiler's ICliJsonRpcProtocol.cs describes. */
type Compiled = {
  readonly diagnostics: readonly {
    readonly source: string;
    readonly level: string;
    readonly code: string;
    readonly message: string;
  }[];
};

/** Starts the compiler. `env` is what its parameter files read. */
export function startBicep(bicep: string, env: NodeJS.ProcessEnv = process.env): Bicep {
  const child = spawn(bicep, ['jsonrpc', '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // The compiler is told of no culture, so that it needs no ICU libraries.
    env: { ...env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' },
  });
  const connection = createMessageConnection(child.stdout, child.stdin);
  connection.listen();
  const ask = async <T>(method: string, question: unknown): Promise<T> => {
    try {
      return await connection.sendRequest<T>(`bicep/${method}`, question);
    } catch (error) {
      throw new BicepError((error as Error).message, { cause: error });
    }
  };
  return {
    async compile(file) {
      clean(await ask('compile', { path: file }));
    },
    async predict(file, target) {
      clean(await ask('compileParams', { path: file, parameterOverrides: {} }));
      const { snapshot } = await ask<{ snapshot: string }>('getSnapshot', { path: file, metadata: target });
      return snapshot;
    },
    close() {
      connection.dispose();
      child.kill();
    },
  };
}

function clean({ diagnostics }: Compiled): void {
  const findings = diagnostics.map(
    ({ source, level, code, message }) => `${source}: ${level} ${code}: ${message}`,
  );
  if (findings.length > 0) throw new BicepError(findings.join('\n'));
}

function platformOf(platform: string, arch: string): string {
  const system = { win32: 'win', darwin: 'osx' }[platform] ?? 'linux';
  return `${system}-${arch}`;
}

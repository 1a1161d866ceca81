import path from 'node:path';
import { createInterface } from 'node:readline';
import { type Child, startChild } from './processChild.ts';

/** The account and key that Azurite documents for everyone. */
const account = 'devstoreaccount1';
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export type RunningAzurite = {
  readonly connectionString: string;
  /** Resolves with the exit code when Azurite ends, asked to or not. */
  readonly exited: Promise<number>;
  stop(): Promise<void>;
};

/**
 * Starts Azurite (blobs, queues, tables) on free ports. Nothing is kept, unless `dataFolder` names where.
 * @throws Error when it ends before it is ready
 */
export async function startAzurite(dataFolder?: string): Promise<RunningAzurite> {
  const keep = dataFolder ? ['--location', path.resolve(dataFolder)] : ['--inMemoryPersistence'];
  const child = startChild({
    module: path.join(import.meta.dirname, 'processAzurite.ts'),
    args: [
      ...['--blobPort', '0', '--queuePort', '0', '--tablePort', '0'],
      ...['--silent', '--disableTelemetry', '--skipApiVersionCheck'],
      ...keep,
    ],
    stdout: 'pipe',
  });
  const urls = await Promise.race([listeningUrls(child), child.exited]);
  if (typeof urls === 'number') throw new Error(`Azurite ended with code ${urls} before it was ready`);
  const endpoints = Object.entries(urls).map(([service, url]) => `${service}Endpoint=${url}/${account}`);
  return {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};${endpoints.join(';')};`,
    exited: child.exited,
    stop: async () => void (await child.stop(4_000)),
  };
}

async function listeningUrls(child: Child): Promise<Record<string, string>> {
  const urls: Record<string, string> = {};
  return new Promise((resolve) => {
    createInterface(child.process.stdout!).on('line', (line) => {
      const match = /Azurite (Blob|Queue|Table) service is successfully listening at (\S+)/.exec(line);
      if (match) urls[`${match[1]}`] = `${match[2]}`;
      if (Object.keys(urls).length === 3) resolve(urls);
    });
  });
}

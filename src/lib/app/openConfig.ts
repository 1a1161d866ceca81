import { formatLocation } from '../config/configLocation.ts';
import type { ConfigSource } from '../config/configStatus.ts';
import { loadConfig, loadConfigFile } from '../config/loadConfig.ts';
import { ConfigError } from '../config/problem.ts';
import type { MetaRows } from '../store/metaRows.ts';
import { openFileConfig } from './fileVersion.ts';
import { readLastGood } from './lastGood.ts';
import type { AppSettings, Env } from './settings.ts';

/**
 * The configuration where `RESPONDER_CONFIG` says that it is.
 * @throws {ConfigError} with every mistake
 */
export async function openConfig(settings: AppSettings, env: Env, meta: MetaRows): Promise<ConfigSource> {
  const { config: location, blobs, development } = settings;
  try {
    if (location.kind === 'file' || blobs === null) {
      const config = await loadConfigFile(formatLocation(location), env, { development });
      return await openFileConfig(meta, config, Date.now());
    }
    const [{ openBlobConfig }, { createStorageBlobs }] = await Promise.all([
      import('../config/blobConfig.ts'),
      import('../store/storageBlobs.ts'),
    ]);
    const source = formatLocation(location);
    return await openBlobConfig(
      {
        blobs: createStorageBlobs(blobs, location.container),
        name: location.name,
        source,
        load: (text) => loadConfig(text, source, env, { development }),
        lastGood: () => readLastGood(meta, source),
      },
      Date.now(),
    );
  } catch (error) {
    // In Azure the message becomes a log line, and values of a configuration may be mail addresses.
    if (!(error instanceof ConfigError) || development) throw error;
    throw new ConfigError(error.problems.map((problem) => ({ ...problem, value: null })));
  }
}

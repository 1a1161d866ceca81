import type { Env } from '../../src/lib/app/settings.ts';
import { type LoadResult, loadConfig } from '../../src/lib/config/loadConfig.ts';
import type { Problem } from '../../src/lib/config/problem.ts';
import { channelKinds } from '../../src/lib/notify/channels/registry.ts';

type Loaded = {
  readonly result: LoadResult;
  /** Application settings that the file takes and that are not set here. */
  readonly unset: readonly string[];
};

/**
 * Reads a configuration away from its app. A setting that is not set here is taken as given: a value stands in for it,
 * always the same for the same setting, so that two versions can be compared.
 */
export function loadWithStandIns(text: string, source: string, env: Env): Loaded {
  const development = env.AZURE_FUNCTIONS_ENVIRONMENT === 'Development';
  const settings: Record<string, string | undefined> = { ...env };
  const unset = new Set<string>();
  for (;;) {
    const result = loadConfig(text, source, settings, { development });
    const missing = result.ok ? [] : result.problems.filter((problem) => settingOf(problem) !== null);
    if (missing.length === 0) return { result, unset: [...unset] };
    for (const problem of missing) {
      const name = settingOf(problem)!;
      unset.add(name);
      settings[name] = standIn(name, problem.path);
    }
  }
}

function settingOf({ message }: Problem): string | null {
  return /^uses the application setting (\w+), which is not set/.exec(message)?.[1] ?? null;
}

/** Something that is accepted where the setting stands: as the channel says, else its name. */
function standIn(name: string, path: string): string {
  const host = `${name.toLowerCase().replaceAll('_', '-')}.example`;
  const [, kind, field = ''] = /\.(\w+)\.(\w+)(?:\[\d+\])?$/.exec(path) ?? [];
  const channel = channelKinds.find((each) => each.kind === kind);
  return channel?.standIns[field]?.(name, host) ?? name;
}

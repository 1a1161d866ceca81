import { type ConfigSource, fixedConfig } from '../config/configStatus.ts';
import type { Rules, RulesVersion } from '../policy/rules.ts';
import type { MetaRows } from '../store/metaRows.ts';

/** The newest rules that came from a configuration file, and when an instance that has them was last at work. */
type Newest = { readonly atMs: number; readonly hash: string; readonly seenAtMs: number };

/** Instances say that they are at work about this often. */
const sayEveryMs = 45_000;

/** A version of a file is looked at no more often than this. */
const leastAgeMs = 15_000;

/** Rules of which nobody has been heard for so long are gone with their instances. */
const goneAfterMs = 3 * 60_000;

/**
 * The version of a configuration file: it begins with the start that first brings the file after another one, so what is
 * rolled back to is the newest.
 */
export async function versionOfFile(meta: MetaRows, hash: string, nowMs: number): Promise<RulesVersion> {
  for (;;) {
    const stored = await meta.read('rules', readNewest);
    const newest = stored?.value ?? null;
    if (newest?.hash === hash) return { atMs: newest.atMs, hash };
    const next: Newest = { atMs: Math.max(nowMs, (newest?.atMs ?? 0) + 1), hash, seenAtMs: nowMs };
    if ((await meta.write('rules', next, stored?.etag ?? null)) !== null) return { atMs: next.atMs, hash };
  }
}

/**
 * Says that an instance with this version is at work, and answers the version that it has from now on: the newest when
 * those who had the newest are gone. Else an instance that outlives a deployment that failed would wait for ever.
 */
export async function keepVersion(
  meta: MetaRows,
  version: RulesVersion,
  nowMs: number,
): Promise<RulesVersion> {
  const stored = await meta.read('rules', readNewest);
  const newest = stored?.value ?? null;
  if (newest === null || (newest.hash !== version.hash && nowMs - newest.seenAtMs > goneAfterMs)) {
    return versionOfFile(meta, version.hash, nowMs);
  }
  if (newest.hash !== version.hash) return version;
  if (nowMs - newest.seenAtMs >= sayEveryMs) {
    await meta.write('rules', { ...newest, seenAtMs: nowMs }, stored?.etag ?? null);
  }
  return { atMs: newest.atMs, hash: version.hash };
}

/** The configuration of a file, which stays as it is, and its version, which may grow. */
export async function openFileConfig(meta: MetaRows, config: Rules, nowMs: number): Promise<ConfigSource> {
  const versioned = (version: RulesVersion) => fixedConfig({ ...config, version }).status;
  let status = versioned(await versionOfFile(meta, config.version.hash, nowMs));
  let lookedAtMs = nowMs;
  return {
    get status() {
      return status;
    },
    async refresh(atMs, maxAgeMs) {
      if (atMs - lookedAtMs < Math.max(maxAgeMs, leastAgeMs)) return;
      lookedAtMs = atMs;
      const { version } = status.config;
      const kept = await keepVersion(meta, version, atMs).catch(() => version);
      if (kept.atMs !== version.atMs) status = versioned(kept);
    },
  };
}

function readNewest(value: { readonly [field: string]: unknown }): Newest | null {
  const { atMs, hash, seenAtMs } = value as Partial<Newest>;
  return typeof atMs === 'number' && typeof hash === 'string'
    ? { atMs, hash, seenAtMs: seenAtMs ?? 0 }
    : null;
}

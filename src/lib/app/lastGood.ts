import type { ConfigVersion } from '../config/configStatus.ts';
import type { MetaRows } from '../store/metaRows.ts';

/** Versions that this instance has kept or found kept. */
const kept = new WeakSet<ConfigVersion>();

/** The last version that was in use of the configuration in that blob; null: there was none, or it cannot be read. */
export async function readLastGood(meta: MetaRows, source: string): Promise<ConfigVersion | null> {
  const version = (await meta.read('goodConfig', readVersion))?.value ?? null;
  return version?.source === source ? version : null;
}

/** Keeps a version that is in use, so that a restart can do without the blob. An older one replaces no newer one. */
export async function keepLastGood(meta: MetaRows, version: ConfigVersion): Promise<void> {
  if (kept.has(version)) return;
  const row = await meta.read('goodConfig', readVersion);
  const stored = row?.value ?? null;
  const newer = stored?.source === version.source && stored.modifiedAtMs > version.modifiedAtMs;
  if (!newer && (stored?.etag !== version.etag || stored.source !== version.source)) {
    if ((await meta.write('goodConfig', version, row?.etag ?? null)) === null) return;
  }
  kept.add(version);
}

function readVersion(value: { readonly [field: string]: unknown }): ConfigVersion | null {
  const { source, etag, modifiedAtMs, text } = value as Partial<ConfigVersion>;
  return source !== undefined && etag !== undefined && modifiedAtMs !== undefined && text !== undefined
    ? { source, etag, modifiedAtMs, text }
    : null;
}

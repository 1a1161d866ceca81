import type { ConfigVersion } from '../config/configStatus.ts';
import { metaPartition } from '../store/keys.ts';
import type { RowStore } from '../store/rowStore.ts';

const key = 'goodConfig';

/** Versions that this instance has kept or found kept. */
const kept = new WeakSet<ConfigVersion>();

/** The last version that was in use of the configuration in that blob; null: there was none. */
export async function readLastGood(rows: RowStore, source: string): Promise<ConfigVersion | null> {
  const row = await rows.get(metaPartition, key);
  const version = row && (JSON.parse(row.data) as ConfigVersion);
  return version?.source === source ? version : null;
}

/** Keeps a version that is in use, so that a restart can do without the blob. An older one replaces no newer one. */
export async function keepLastGood(rows: RowStore, version: ConfigVersion): Promise<void> {
  if (kept.has(version)) return;
  const row = await rows.get(metaPartition, key);
  const stored = row && (JSON.parse(row.data) as ConfigVersion);
  const newer = stored?.source === version.source && stored.modifiedAtMs > version.modifiedAtMs;
  if (!newer && (stored?.etag !== version.etag || stored.source !== version.source)) {
    const data = JSON.stringify(version);
    const write = row
      ? ({ kind: 'replace', key, data, etag: row.etag } as const)
      : ({ kind: 'create', key, data } as const);
    if ((await rows.commit(metaPartition, [write])).kind === 'superseded') return;
  }
  kept.add(version);
}

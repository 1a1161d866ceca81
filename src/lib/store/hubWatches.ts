import type { HubWatch } from '../hubWatch/decideLevel.ts';
import type { Tagged } from './fleet.ts';
import { readWatch, writeWatch } from './hubWatchRecord.ts';
import { partitionOf, rowKeys } from './keys.ts';
import type { RowStore } from './rowStore.ts';

/** What is remembered of the watched hubs, beside the incidents of their counts. */
export function createHubWatches(rows: RowStore) {
  return {
    /** A record of null: there is a row that cannot be read, to be replaced over its tag. */
    async read(hub: string): Promise<Tagged<HubWatch | null> | null> {
      const row = await rows.get(partitionOf({ hub, kind: 'hub' }), rowKeys.hubWatch);
      return row && { record: readWatch(row), etag: row.etag };
    },

    /** Writes over what was read (null: it must be new); null: another writer was faster. */
    async save(hub: string, watch: HubWatch, etag: string | null): Promise<string | null> {
      const [key, data] = [rowKeys.hubWatch, writeWatch(watch)];
      const result = await rows.commit(partitionOf({ hub, kind: 'hub' }), [
        etag === null ? { kind: 'create', key, data } : { kind: 'replace', key, data, etag },
      ]);
      return result.kind === 'saved' ? (result.etags.get(key) ?? '') : null;
    },
  };
}

export type HubWatches = ReturnType<typeof createHubWatches>;

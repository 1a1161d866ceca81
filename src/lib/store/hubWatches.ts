import type { Site } from '../directory/placeOf.ts';
import type { HubWatch } from '../hubWatch/decideLevel.ts';
import type { Tagged } from './fleet.ts';
import { partitionOf, rowKeys } from './keys.ts';
import type { RowStore } from './rowStore.ts';

/** What is remembered of a hub, and whether its site has heard of the newest change. */
export type StoredWatch = HubWatch & { readonly announced: boolean };

/** The watched hubs' rows, beside what their incidents need. */
export function createHubWatches(rows: RowStore) {
  return {
    async read(site: Site): Promise<Tagged<StoredWatch> | null> {
      const row = await rows.get(partitionOf(site.id, site), rowKeys.hubWatch);
      return row && { record: JSON.parse(row.data) as StoredWatch, etag: row.etag };
    },

    /** Writes over what was read (null: it must be new); null: another writer was faster. */
    async save(site: Site, watch: StoredWatch, etag: string | null): Promise<string | null> {
      const [key, data] = [rowKeys.hubWatch, JSON.stringify(watch)];
      const result = await rows.commit(partitionOf(site.id, site), [
        etag === null ? { kind: 'create', key, data } : { kind: 'replace', key, data, etag },
      ]);
      return result.kind === 'saved' ? (result.etags.get(key) ?? '') : null;
    },
  };
}

export type HubWatches = ReturnType<typeof createHubWatches>;

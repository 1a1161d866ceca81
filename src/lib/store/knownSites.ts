import { formatPlaceKey, parsePlaceKey, type SiteKey } from '../directory/placeKey.ts';
import { knownPartition, listShards, shardOf } from './keys.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import { pagesOf, type RowStore } from './rowStore.ts';

/** An instance notes a site once; so many it remembers. */
const mostNoted = 100_000;

/**
 * Every site that has devices, quiet ones too: where to look when the directory gives devices to other sites. A row each,
 * written once by each instance that writes there, before it does.
 */
export function createKnownSites(rows: RowStore) {
  const noted = new Set<string>();
  return {
    async note(key: SiteKey): Promise<void> {
      const place = formatPlaceKey(key);
      if (noted.has(place)) return;
      const data = JSON.stringify({ v: storeFormat, place });
      await rows.commit(knownPartition(shardOf(place, listShards)), [{ kind: 'put', key: place, data }]);
      if (noted.size >= mostNoted) noted.clear();
      noted.add(place);
    },

    /** All of them, a page at a time. */
    async *all(): AsyncGenerator<SiteKey[]> {
      for (let shard = 0; shard < listShards; shard++) {
        for await (const page of pagesOf(rows, knownPartition(shard), '', '~~~~')) {
          yield page.flatMap((row) => {
            const key = readRecord(row, ({ place }) => parsePlaceKey(place));
            return key && key.kind !== 'hub' ? [key] : [];
          });
        }
      }
    },
  };
}

export type KnownSites = ReturnType<typeof createKnownSites>;

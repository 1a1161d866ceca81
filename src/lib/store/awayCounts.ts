import type { Tagged } from './fleet.ts';
import { activeShards, awayPartition, shardOf } from './keys.ts';
import type { RowStore } from './rowStore.ts';

/** How many devices of a site are gone by their events. Sites of which none is have no row. */
export type AwayCount = { readonly partition: string; readonly away: number };

const pageSize = 1000;

/** The sites' counts apart from the sites, so that those of a hub are summed without a look at its fleet. */
export function createAwayCounts(rows: RowStore) {
  return {
    async read(partition: string): Promise<Tagged<AwayCount> | null> {
      const row = await rows.get(awayPartition(shardOf(partition)), partition);
      return row && { record: JSON.parse(row.data) as AwayCount, etag: row.etag };
    },

    /** Notes a count over what was read before the site was; false: another writer was faster. */
    async save(partition: string, read: Tagged<AwayCount> | null, away: number): Promise<boolean> {
      if ((read?.record.away ?? 0) === away) return true;
      const shard = awayPartition(shardOf(partition));
      const data = JSON.stringify({ partition, away } satisfies AwayCount);
      if (read === null) {
        return (await rows.commit(shard, [{ kind: 'create', key: partition, data }])).kind === 'saved';
      }
      const { etag } = read;
      const write =
        away === 0
          ? ({ kind: 'remove', key: partition, etag } as const)
          : ({ kind: 'replace', key: partition, data, etag } as const);
      return (await rows.commit(shard, [write])).kind === 'saved';
    },

    /** The sum over the sites of a hub. */
    async ofHub(hubName: string): Promise<number> {
      const hub = hubName.toLowerCase();
      let sum = 0;
      for (let shard = 0; shard < activeShards; shard++) {
        let from: string | null = `${hub}|`;
        while (from !== null) {
          const page: Awaited<ReturnType<RowStore['page']>> = await rows.page(
            awayPartition(shard),
            from,
            `${hub}}`,
            pageSize,
          );
          for (const row of page.rows) sum += (JSON.parse(row.data) as AwayCount).away;
          from = page.next;
        }
      }
      return sum;
    },
  };
}

export type AwayCounts = ReturnType<typeof createAwayCounts>;

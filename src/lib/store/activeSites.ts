import type { Tagged } from './fleet.ts';
import { activePartition, activeShards, isPartition, shardOf } from './keys.ts';
import { readRecord } from './readRecord.ts';
import type { Row, RowStore } from './rowStore.ts';

/** A site where something is open or due. The sweep looks at these, never at the whole fleet. */
export type ActiveSite = {
  readonly partition: string;
  /** When the site must have been looked at. */
  readonly dueAtMs: number;
  /** When an event last made something due. */
  readonly touchedAtMs: number;
  /** No message is on its way for `dueAtMs`, because it is far off: the sweep sends it. */
  readonly far: boolean;
};

/** An idle site's row stays this long, so that an event that is being written cannot lose it. */
const lingerMs = 60_000;

/**
 * The list of sites that must not be forgotten: written before the state that it guards, so that whatever a crash
 * leaves undone is found by the sweep.
 */
export function createActiveSites(rows: RowStore) {
  const put = (site: ActiveSite) => JSON.stringify(site);
  return {
    async touch(partition: string, dueAtMs: number, nowMs: number): Promise<void> {
      const data = put({ partition, dueAtMs, touchedAtMs: nowMs, far: false });
      await rows.commit(activePartition(shardOf(partition)), [{ kind: 'put', key: partition, data }]);
    },

    async read(partition: string): Promise<Tagged<ActiveSite> | null> {
      const row = await rows.get(activePartition(shardOf(partition)), partition);
      return row && { record: toSite(row), etag: row.etag };
    },

    /**
     * Notes when the site must be looked at next (null: it is idle). Does nothing when an event has touched the row
     * since it was read, for then it is due by that event.
     */
    async settle(
      partition: string,
      read: Tagged<ActiveSite> | null,
      next: { atMs: number; far: boolean } | null,
      nowMs: number,
    ): Promise<void> {
      const shard = activePartition(shardOf(partition));
      if (next === null) {
        if (read === null) return;
        const lingersUntilMs = read.record.touchedAtMs + lingerMs;
        if (lingersUntilMs <= nowMs) {
          await rows.commit(shard, [{ kind: 'remove', key: partition, etag: read.etag }]);
          return;
        }
        const data = put({ ...read.record, dueAtMs: lingersUntilMs, far: true });
        await rows.commit(shard, [{ kind: 'replace', key: partition, data, etag: read.etag }]);
        return;
      }
      if (read?.record.dueAtMs === next.atMs && read.record.far === next.far) return;
      const data = put({
        partition,
        dueAtMs: next.atMs,
        touchedAtMs: read?.record.touchedAtMs ?? nowMs,
        far: next.far,
      });
      await rows.commit(shard, [
        read === null
          ? { kind: 'create', key: partition, data }
          : { kind: 'replace', key: partition, data, etag: read.etag },
      ]);
    },

    /** All of them, a page at a time. */
    async *all(): AsyncGenerator<ActiveSite[]> {
      for (let shard = 0; shard < activeShards; shard++) {
        let from: string | null = '';
        while (from !== null) {
          const page: Awaited<ReturnType<RowStore['page']>> = await rows.page(
            activePartition(shard),
            from,
            '~~~~',
            1000,
          );
          yield page.rows.map(toSite).filter((site) => isPartition(site.partition));
          from = page.next;
        }
      }
    },
  };
}

/** A row that cannot be read stands for a site to be looked at now, which writes it anew. */
function toSite(row: Row): ActiveSite {
  const overdue = { partition: row.key, dueAtMs: 0, touchedAtMs: 0, far: false };
  return readRecord<ActiveSite>(row, ({ partition }) => partition) ?? overdue;
}

export type ActiveSites = ReturnType<typeof createActiveSites>;

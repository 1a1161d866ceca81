import { hubsPartition } from './keys.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import type { RowStore } from './rowStore.ts';

/** A hub whose events have come. */
export type HubSeen = {
  /** As events spell it. */
  readonly hubName: string;
  /** When an event of it was received that is among the newest: a busy instance says so twice a minute. */
  readonly lastEventAtMs: number;
};

/** Every hub whose events have come, a row each. */
export function createHubsSeen(rows: RowStore) {
  return {
    async note({ hubName, lastEventAtMs }: HubSeen): Promise<void> {
      const data = JSON.stringify({ v: storeFormat, hubName, lastEventAtMs });
      await rows.commit(hubsPartition, [{ kind: 'put', key: hubName.toLowerCase(), data }]);
    },

    async all(): Promise<HubSeen[]> {
      const found = await rows.range(hubsPartition, '', '~~~~');
      return found.flatMap((row) => readHub(row) ?? []);
    },
  };
}

export type HubsSeen = ReturnType<typeof createHubsSeen>;

function readHub(row: Parameters<typeof readRecord>[0]): HubSeen | null {
  return readRecord(row, (value) => {
    const { hubName, lastEventAtMs } = value as Partial<HubSeen>;
    return typeof hubName === 'string' && typeof lastEventAtMs === 'number'
      ? { hubName, lastEventAtMs }
      : null;
  });
}

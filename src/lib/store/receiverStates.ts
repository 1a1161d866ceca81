import { receiversPartition } from './keys.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import type { Row, RowStore } from './rowStore.ts';

/** What is known of a receiver beside its incidents: for all its notices, on every instance. Times are milliseconds. */
export type ReceiverState = {
  /** Until when it has asked not to be called; 0: it may be. */
  readonly quietUntilMs: number;
  /** How often it has failed and worked again. */
  readonly episodes: number;
  /** Since when it fails; null: it works. */
  readonly failingSinceMs: number | null;
};

const unknown: ReceiverState = { quietUntilMs: 0, episodes: 0, failingSinceMs: null };

export function createReceiverStates(rows: RowStore) {
  async function load(receiver: string): Promise<{ state: ReceiverState; row: Row | null }> {
    const row = await rows.get(receiversPartition, receiver);
    return { state: (row && readState(row)) ?? unknown, row };
  }

  /** Writes what `next` makes of the state; it answers null when nothing is to change. */
  async function change(
    receiver: string,
    next: (state: ReceiverState) => Promise<ReceiverState | null> | ReceiverState | null,
  ): Promise<void> {
    for (;;) {
      const { state, row } = await load(receiver);
      const changed = await next(state);
      if (changed === null) return;
      const data = JSON.stringify({ v: storeFormat, ...changed });
      const result = await rows.commit(receiversPartition, [
        row
          ? { kind: 'replace', key: receiver, data, etag: row.etag }
          : { kind: 'create', key: receiver, data },
      ]);
      if (result.kind === 'saved') return;
    }
  }

  return {
    async read(receiver: string): Promise<ReceiverState> {
      return (await load(receiver)).state;
    },

    /** Notes that a receiver asked for quiet; a later moment that is noted already stays. */
    quiet(receiver: string, quietUntilMs: number): Promise<void> {
      return change(receiver, (state) =>
        state.quietUntilMs >= quietUntilMs ? null : { ...state, quietUntilMs },
      );
    },

    /** Notes that it fails. @param first does what must be done before, with the number of this episode */
    fails(receiver: string, nowMs: number, first: (episode: number) => Promise<void>): Promise<void> {
      return change(receiver, async (state) => {
        if (state.failingSinceMs !== null) return null;
        await first(state.episodes + 1);
        return { ...state, episodes: state.episodes + 1, failingSinceMs: nowMs };
      });
    },

    /** Notes that it works again. @param first as of `fails` */
    works(
      receiver: string,
      first: (episode: number, failingSinceMs: number) => Promise<void>,
    ): Promise<void> {
      return change(receiver, async (state) => {
        if (state.failingSinceMs === null) return null;
        await first(state.episodes, state.failingSinceMs);
        return { ...state, failingSinceMs: null };
      });
    },
  };
}

export type ReceiverStates = ReturnType<typeof createReceiverStates>;

function readState(row: Row): ReceiverState | null {
  return readRecord(row, (value) => {
    const { quietUntilMs, episodes, failingSinceMs } = value as Partial<ReceiverState>;
    return {
      quietUntilMs: quietUntilMs ?? 0,
      episodes: episodes ?? 0,
      failingSinceMs: failingSinceMs ?? null,
    };
  });
}

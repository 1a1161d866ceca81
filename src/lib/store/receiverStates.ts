import { receiversPartition } from './keys.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import type { Row, RowStore } from './rowStore.ts';

/** How it stands with a receiver, for all its notices and on every instance. Times are milliseconds. */
export type ReceiverState = {
  /** Until when it has asked not to be called; 0: it may be called. */
  readonly quietUntilMs: number;
  /** Since when it cannot be told, and why; null: it can, as far as is known. */
  readonly failing: { readonly sinceMs: number; readonly error: string } | null;
  /** The failure that `ops` was told of and not yet that it is over: since when it lasts; null: none. */
  readonly toldSinceMs: number | null;
  /** An instance is telling `ops` until then; 0: none is. */
  readonly tellingUntilMs: number;
};

const blank: ReceiverState = { quietUntilMs: 0, failing: null, toldSinceMs: null, tellingUntilMs: 0 };

/** What is remembered of receivers that asked for quiet or failed; of others there is no row. */
export function createReceiverStates(rows: RowStore) {
  /** Changes the record over the tag that was read, again while others are faster; null: it stays as it is. */
  async function change(
    receiver: string,
    to: (state: ReceiverState) => ReceiverState | null,
  ): Promise<boolean> {
    for (;;) {
      const row = await rows.get(receiversPartition, receiver);
      const state = to(row ? stateIn(row) : blank);
      if (state === null) return false;
      const data = JSON.stringify({ v: storeFormat, ...state });
      const write = row
        ? ({ kind: 'replace', key: receiver, data, etag: row.etag } as const)
        : ({ kind: 'create', key: receiver, data } as const);
      if ((await rows.commit(receiversPartition, [write])).kind === 'saved') return true;
    }
  }

  return {
    async look(receiver: string): Promise<ReceiverState> {
      const row = await rows.get(receiversPartition, receiver);
      return row ? stateIn(row) : blank;
    },

    /** Every receiver of which something is remembered, by name. */
    async all(): Promise<ReadonlyMap<string, ReceiverState>> {
      const found = await rows.range(receiversPartition, '', '\uffff');
      return new Map(found.map((row) => [row.key, stateIn(row)]));
    },

    /** Notes what a receiver asked for; a later moment that is noted already stays. */
    async askQuiet(receiver: string, quietUntilMs: number): Promise<void> {
      await change(receiver, (state) =>
        state.quietUntilMs >= quietUntilMs ? null : { ...state, quietUntilMs },
      );
    },

    /** Notes that a receiver cannot be told; the first failure stays until it works. */
    async fails(receiver: string, error: string, nowMs: number): Promise<void> {
      await change(receiver, (state) =>
        state.failing ? null : { ...state, failing: { sinceMs: nowMs, error } },
      );
    },

    async works(receiver: string): Promise<void> {
      await change(receiver, (state) => (state.failing ? { ...state, failing: null } : null));
    },

    /** Takes the telling of `ops` for this instance until then; false: another has it. */
    claimTelling(receiver: string, nowMs: number, tellingUntilMs: number): Promise<boolean> {
      return change(receiver, (state) =>
        state.tellingUntilMs > nowMs ? null : { ...state, tellingUntilMs },
      );
    },

    /** Notes what `ops` knows now (null: that it works), or only when it may be told again. */
    async told(
      receiver: string,
      known: { readonly toldSinceMs: number | null } | { readonly againAtMs: number },
    ): Promise<void> {
      await change(receiver, (state) =>
        'againAtMs' in known
          ? { ...state, tellingUntilMs: known.againAtMs }
          : { ...state, ...known, tellingUntilMs: 0 },
      );
    },
  };
}

export type ReceiverStates = ReturnType<typeof createReceiverStates>;

function stateIn(row: Row): ReceiverState {
  const read = readRecord(row, (value) => {
    const { quietUntilMs, failing, toldSinceMs, tellingUntilMs } = value as Partial<ReceiverState>;
    return {
      quietUntilMs: typeof quietUntilMs === 'number' ? quietUntilMs : 0,
      failing: typeof failing?.sinceMs === 'number' ? failing : null,
      toldSinceMs: typeof toldSinceMs === 'number' ? toldSinceMs : null,
      tellingUntilMs: typeof tellingUntilMs === 'number' ? tellingUntilMs : 0,
    };
  });
  return read ?? blank;
}

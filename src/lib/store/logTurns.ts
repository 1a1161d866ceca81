import { isForgotten, nextTurn, type Turn } from '../diagnosis/logs/turns.ts';
import { logsPartition } from './keys.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import type { Row, RowStore, RowWrite } from './rowStore.ts';

/** Others take turns too; who loses this often waits. */
const mostTries = 4;

/** Forgotten turns that one transaction takes away with it. */
const mostRemoved = 50;

/**
 * Turns at the logs, over all instances. Each is a row of its own, which its taker alone writes: made, and marked when it
 * has ended. The number in its key puts those who take one at the same time in order: one of them is first.
 */
export function createLogTurns(rows: RowStore) {
  return {
    /** A turn for so many queries; null: there is none now. @param leaseMs it counts as ended after this */
    async take(queries: number, nowMs: number, leaseMs: number): Promise<Turn | null> {
      for (let tries = 0; tries < mostTries; tries++) {
        const taken = (await rows.range(logsPartition, 't|', 't}')).map(readTurn);
        const turn = nextTurn(taken, queries, nowMs, leaseMs);
        if (turn === null) return null;
        const forgotten = taken.filter((one) => isForgotten(one, nowMs)).slice(0, mostRemoved);
        const result = await rows.commit(logsPartition, [
          { kind: 'create', key: turnKey(turn.number), data: dataOf(turn) },
          ...forgotten.map(({ number }): RowWrite => ({ kind: 'remove', key: turnKey(number), etag: '*' })),
        ]);
        if (result.kind === 'saved') return turn;
      }
      return null;
    },

    /** Lets others ask. Who dies before lets them when the lease is over. */
    async end(turn: Turn, nowMs: number): Promise<void> {
      const data = dataOf({ ...turn, endedAtMs: nowMs });
      await rows.commit(logsPartition, [{ kind: 'put', key: turnKey(turn.number), data }]);
    },
  };
}

export type LogTurns = ReturnType<typeof createLogTurns>;

const turnKey = (number: number) => `t|${String(number).padStart(12, '0')}`;

const dataOf = (turn: Turn) => JSON.stringify({ v: storeFormat, ...turn });

/** A row that cannot be read counts for nothing but its number, and is taken away. */
function readTurn(row: Row): Turn {
  const number = Number(row.key.slice(2));
  const nothing: Turn = { number, queries: 0, atOnce: 0, untilMs: 0, endedAtMs: 0 };
  const turn = readRecord(row, (value) => {
    const { queries, atOnce, untilMs, endedAtMs = null } = value as Partial<Turn>;
    const isTurn = [queries, atOnce, untilMs].every((one) => typeof one === 'number');
    return isTurn ? ({ number, queries, atOnce, untilMs, endedAtMs } as Turn) : null;
  });
  return turn ?? nothing;
}

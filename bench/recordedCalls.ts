import type { TableClient, TransactionAction } from '@azure/data-tables';
import type { QueueClient } from '@azure/storage-queue';
import { encodeKey } from '../src/lib/store/encodeKey.ts';
import type { EvaluationMessage, Queues } from '../src/lib/store/queues.ts';
import type { RowStore, RowWrite } from '../src/lib/store/rowStore.ts';

/** One call to storage, as far as another client needs it to do the same. */
export type Call =
  | { readonly kind: 'get'; readonly partition: string; readonly keys: readonly string[] }
  | { readonly kind: 'range'; readonly partition: string; readonly from: string; readonly to: string }
  | { readonly kind: 'commit'; readonly partition: string; readonly writes: readonly RowWrite[] }
  | { readonly kind: 'wake'; readonly message: EvaluationMessage; readonly delayMs: number };

/** Passes everything on and notes what was asked for. */
export function recordRows(rows: RowStore, calls: Call[]): RowStore {
  return {
    get: (partition, key) => {
      calls.push({ kind: 'get', partition, keys: [key] });
      return rows.get(partition, key);
    },
    getMany: (partition, keys) => {
      calls.push({ kind: 'get', partition, keys });
      return rows.getMany(partition, keys);
    },
    range: (partition, from, to) => {
      calls.push({ kind: 'range', partition, from, to });
      return rows.range(partition, from, to);
    },
    page: (partition, from, to, limit) => {
      calls.push({ kind: 'range', partition, from, to });
      return rows.page(partition, from, to, limit);
    },
    commit: (partition, writes) => {
      calls.push({ kind: 'commit', partition, writes });
      return rows.commit(partition, writes);
    },
  };
}

export function recordQueues(queues: Queues, calls: Call[]): Queues {
  return {
    wakeSite: (message, delayMs) => {
      calls.push({ kind: 'wake', message, delayMs });
      return queues.wakeSite(message, delayMs);
    },
    deliver: (message, delayMs) => queues.deliver(message, delayMs),
  };
}

/** Rows that the calls are about. */
export function rowsOf(calls: readonly Call[]): number {
  return calls.reduce((sum, call) => {
    if (call.kind === 'commit') return sum + call.writes.length;
    return sum + (call.kind === 'get' ? call.keys.length : 0);
  }, 0);
}

/**
 * The clients as their makers document them, and nothing else: the tags that they were answered, and the calls that they
 * are told to make.
 */
export class BareClients {
  readonly #table: TableClient;
  readonly #queue: QueueClient;
  readonly #tags = new Map<string, string>();

  constructor(table: TableClient, queue: QueueClient) {
    this.#table = table;
    this.#queue = queue;
  }

  async make(call: Call): Promise<void> {
    switch (call.kind) {
      case 'get':
        return this.#get(encodeKey(call.partition), call.keys.map(encodeKey));
      case 'range':
        return this.#range(encodeKey(call.partition), encodeKey(call.from), encodeKey(call.to));
      case 'commit':
        // Somebody was faster there too.
        return this.#commit(encodeKey(call.partition), call.writes).catch(passOver(404, 409, 412));
      case 'wake': {
        const text = Buffer.from(JSON.stringify(call.message)).toString('base64');
        const visibilityTimeout = Math.ceil(call.delayMs / 1_000);
        await this.#queue.sendMessage(text, { visibilityTimeout, messageTimeToLive: -1 });
      }
    }
  }

  async #get(partition: string, keys: readonly string[]): Promise<void> {
    const [only] = keys;
    if (keys.length === 1) await this.#table.getEntity(partition, only!).catch(passOver(404));
    else {
      const any = keys.map((key) => `RowKey eq '${key}'`).join(' or ');
      await this.#list(`PartitionKey eq '${partition}' and (${any})`);
    }
  }

  #range(partition: string, from: string, to: string): Promise<void> {
    return this.#list(`PartitionKey eq '${partition}' and RowKey ge '${from}' and RowKey lt '${to}'`);
  }

  async #list(filter: string): Promise<void> {
    for await (const _entity of this.#table.listEntities({ queryOptions: { filter } }));
  }

  async #commit(partition: string, writes: readonly RowWrite[]): Promise<void> {
    const only = writes.length === 1 ? writes[0]! : null;
    if (only === null) {
      const { subResponses } = await this.#table.submitTransaction(
        writes.map((write) => this.#action(partition, write)),
      );
      for (const [index, write] of writes.entries()) {
        const etag = subResponses[index]?.etag;
        if (etag) this.#tags.set(`${partition}\n${encodeKey(write.key)}`, etag);
      }
      return;
    }
    const { kind } = only;
    const entity = entityOf(partition, only);
    const name = `${partition}\n${entity.rowKey}`;
    if (kind === 'create') {
      const { etag } = await this.#table.createEntity(entity);
      if (etag) this.#tags.set(name, etag);
    } else if (kind === 'replace') {
      const { etag } = await this.#table.updateEntity(entity, 'Replace', { etag: this.#tags.get(name)! });
      if (etag) this.#tags.set(name, etag);
    } else if (kind === 'put') {
      const { etag } = await this.#table.upsertEntity(entity, 'Replace');
      if (etag) this.#tags.set(name, etag);
    } else await this.#table.deleteEntity(partition, entity.rowKey);
  }

  #action(partition: string, write: RowWrite): TransactionAction {
    const entity = entityOf(partition, write);
    if (write.kind === 'create') return ['create', entity];
    if (write.kind === 'put') return ['upsert', entity, 'Replace'];
    if (write.kind === 'remove') return ['delete', entity];
    const etag = this.#tags.get(`${partition}\n${entity.rowKey}`)!;
    return ['update', entity, 'Replace', { etag }];
  }
}

function entityOf(partitionKey: string, write: RowWrite) {
  const data = write.kind === 'remove' ? '' : write.data;
  return { partitionKey, rowKey: encodeKey(write.key), key: write.key, data };
}

/** What was answered to the recorded call too. */
function passOver(...statusCodes: number[]) {
  return (error: { statusCode: number }): void => {
    if (!statusCodes.includes(error.statusCode)) throw error;
  };
}

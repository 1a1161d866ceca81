import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { TableClient, TableEntityResult, TransactionAction } from '@azure/data-tables';
import { appCredential } from '../identity/appCredential.ts';
import { deadline } from './deadline.ts';
import { encodeKey } from './encodeKey.ts';
import type { CommitResult, Row, RowStore, RowWrite } from './rowStore.ts';
import { checkTransaction } from './rowStore.ts';
import { statusOf } from './statusOf.ts';

/** How to reach the tables: a connection string, or an endpoint with the app's identity. */
export type TableAccess =
  | { readonly kind: 'connectionString'; readonly connectionString: string }
  | { readonly kind: 'identity'; readonly endpoint: string; readonly clientId: string | null };

/** A property holds 32 Ki UTF-16 characters (azure-facts §5.1). */
const propertyLength = 30_000;

/** Longer queries by key are answered by reading the range: a filter takes at most 15 comparisons. */
const keysInFilter = 13;

/** Rows in a table of Azure Table Storage; the only file that knows its client and its status codes. */
export function createTableRows(access: TableAccess, tableName: string): RowStore {
  let client: Promise<TableClient> | null = null;
  const table = () => {
    client ??= connect(access, tableName).catch((error) => {
      client = null;
      throw error;
    });
    return client;
  };

  async function list(filter: string, limit: number | null): Promise<Row[]> {
    const rows: Row[] = [];
    const pages = (await table()).listEntities({ queryOptions: { filter }, ...deadline() });
    for await (const entity of pages) {
      rows.push(toRow(entity));
      if (limit !== null && rows.length >= limit) break;
    }
    return rows;
  }

  async function ranged(partition: string, from: string, to: string, limit: number | null): Promise<Row[]> {
    const { odata } = await import('@azure/data-tables');
    return list(
      odata`PartitionKey eq ${encodeKey(partition)} and RowKey ge ${encodeKey(from)} and RowKey lt ${encodeKey(to)}`,
      limit,
    );
  }

  return {
    async get(partition, key) {
      try {
        return toRow(await (await table()).getEntity(encodeKey(partition), encodeKey(key), deadline()));
      } catch (error) {
        if (statusOf(error) === 404) return null;
        throw error;
      }
    },
    async getMany(partition, keys) {
      if (keys.length === 0) return [];
      if (keys.length === 1) {
        const row = await this.get(partition, keys[0]!);
        return row ? [row] : [];
      }
      const { odata } = await import('@azure/data-tables');
      const wanted = new Set(keys);
      const encoded = keys.map(encodeKey).sort();
      const inPartition = odata`PartitionKey eq ${encodeKey(partition)}`;
      const filter =
        encoded.length <= keysInFilter
          ? `${inPartition} and (${encoded.map((key) => odata`RowKey eq ${key}`).join(' or ')})`
          : `${inPartition} and ${odata`RowKey ge ${encoded[0]!} and RowKey le ${encoded.at(-1)!}`}`;
      return (await list(filter, null)).filter((row) => wanted.has(row.key));
    },
    range: (partition, from, to) => ranged(partition, from, to, null),
    async page(partition, from, to, limit) {
      const rows = await ranged(partition, from, to, limit + 1);
      return { rows: rows.slice(0, limit), next: rows[limit]?.key ?? null };
    },
    async commit(partition, writes): Promise<CommitResult> {
      checkTransaction(writes);
      try {
        return { kind: 'saved', etags: await submit(await table(), encodeKey(partition), writes) };
      } catch (error) {
        const status = statusOf(error);
        if (status === 404 && String(error).includes('TableNotFound')) {
          client = null;
          throw error;
        }
        // 409: it exists already; 412: another tag; 404: it is gone. Each means that somebody else was faster.
        if (status === 409 || status === 412 || status === 404) return { kind: 'superseded' };
        throw error;
      }
    },
  };
}

async function submit(
  table: TableClient,
  partitionKey: string,
  writes: readonly RowWrite[],
): Promise<ReadonlyMap<string, string>> {
  const etags = new Map<string, string>();
  const only = writes.length === 1 ? writes[0] : undefined;
  if (only) {
    const etag = await submitOne(table, partitionKey, only);
    if (etag) etags.set(only.key, etag);
    return etags;
  }
  const { subResponses } = await table.submitTransaction(
    writes.map((write) => toAction(partitionKey, write)),
    deadline(),
  );
  // Answers come in the order of the writes. Only those to creations name their row, and percent-encoded.
  for (const [index, write] of writes.entries()) {
    const etag = subResponses[index]?.etag;
    if (etag) etags.set(write.key, etag);
  }
  return etags;
}

/** One row alone goes without the envelope of a transaction. */
async function submitOne(
  table: TableClient,
  partitionKey: string,
  write: RowWrite,
): Promise<string | undefined> {
  switch (write.kind) {
    case 'create':
      return (await table.createEntity(toEntity(partitionKey, write), deadline())).etag;
    case 'replace':
      // Without the option the client would overwrite whatever is there.
      return (
        await table.updateEntity(toEntity(partitionKey, write), 'Replace', {
          etag: write.etag,
          ...deadline(),
        })
      ).etag;
    case 'put':
      return (await table.upsertEntity(toEntity(partitionKey, write), 'Replace', deadline())).etag;
    case 'remove':
      await table.deleteEntity(partitionKey, encodeKey(write.key), { etag: write.etag, ...deadline() });
      return undefined;
    default:
      return write satisfies never;
  }
}

function toAction(partitionKey: string, write: RowWrite): TransactionAction {
  switch (write.kind) {
    case 'create':
      return ['create', toEntity(partitionKey, write)];
    case 'replace':
      return ['update', toEntity(partitionKey, write), 'Replace', { etag: write.etag }];
    case 'put':
      return ['upsert', toEntity(partitionKey, write), 'Replace'];
    case 'remove':
      return ['delete', { partitionKey, rowKey: encodeKey(write.key) }];
    default:
      return write satisfies never;
  }
}

type StoredEntity = { partitionKey: string; rowKey: string } & Record<string, string>;

function toEntity(partitionKey: string, { key, data }: { key: string; data: string }): StoredEntity {
  const entity: StoredEntity = { partitionKey, rowKey: encodeKey(key), key };
  if (data.length <= propertyLength) return { ...entity, data };
  const packed = deflateRawSync(data).toString('base64');
  for (let part = 0; part * propertyLength < packed.length; part++) {
    entity[`packed${part}`] = packed.slice(part * propertyLength, (part + 1) * propertyLength);
  }
  return entity;
}

function toRow(entity: TableEntityResult<Record<string, unknown>>): Row {
  const text = (name: string) => (typeof entity[name] === 'string' ? entity[name] : '');
  let packed = '';
  for (let part = 0; text(`packed${part}`) !== ''; part++) packed += text(`packed${part}`);
  const data = packed === '' ? text('data') : inflateRawSync(Buffer.from(packed, 'base64')).toString('utf8');
  return { key: text('key'), data, etag: entity.etag };
}

async function connect(access: TableAccess, tableName: string): Promise<TableClient> {
  const { TableClient } = await import('@azure/data-tables');
  const options = { retryOptions: { maxRetries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 2_000 } };
  const table =
    access.kind === 'connectionString'
      ? TableClient.fromConnectionString(access.connectionString, tableName, {
          ...options,
          allowInsecureConnection: true,
        })
      : new TableClient(access.endpoint, tableName, await appCredential(access.clientId), options);
  await table.createTable(deadline());
  return table;
}

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { TableClient, TableEntityResult, TransactionAction } from '@azure/data-tables';
import { appCredential } from '../identity/appCredential.ts';
import type { StorageAccess } from './access.ts';
import { deadline } from './deadline.ts';
import { encodeKey } from './encodeKey.ts';
import type { CommitResult, Row, RowStore, RowWrite } from './rowStore.ts';
import { checkKeys, checkTransaction } from './rowStore.ts';
import { statusOf } from './statusOf.ts';

/** A property holds 32 Ki UTF-16 characters (docs/platform.md#table-rows). */
const propertyLength = 30_000;

/** Rows that the service sends at a time (docs/platform.md#table-rows). */
const mostInPage = 1_000;

/** Rows in a table of Azure Table Storage; the only file that knows its client and its status codes. */
export function createTableRows(access: StorageAccess, tableName: string): RowStore {
  let client: Promise<TableClient> | null = null;
  const table = () => {
    client ??= connect(access, tableName).catch((error) => {
      client = null;
      throw error;
    });
    return client;
  };

  async function list(filter: string, limit: number | null, select?: string[]): Promise<Row[]> {
    const client = await table();
    const rows: Row[] = [];
    let continuationToken: string | undefined;
    do {
      // A deadline for each page: a site of 100,000 devices has a hundred of them.
      const queryOptions = select ? { filter, select } : { filter };
      const pages = client.listEntities({ queryOptions, ...deadline() }).byPage({
        // The service sends whole pages of a thousand to who wants three rows, unless it is told.
        ...(limit === null ? {} : { maxPageSize: Math.min(mostInPage, limit - rows.length) }),
        ...(continuationToken === undefined ? {} : { continuationToken }),
      });
      const page = (await pages.next()).value;
      for (const entity of page ?? []) rows.push(toRow(entity));
      continuationToken = page?.continuationToken;
    } while (continuationToken !== undefined && (limit === null || rows.length < limit));
    return limit === null ? rows : rows.slice(0, limit);
  }

  async function ranged(
    partition: string,
    from: string,
    to: string,
    limit: number | null,
    what?: 'keys',
  ): Promise<Row[]> {
    const { odata } = await import('@azure/data-tables');
    return list(
      odata`PartitionKey eq ${encodeKey(partition)} and RowKey ge ${encodeKey(from)} and RowKey lt ${encodeKey(to)}`,
      limit,
      what && ['key'],
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
      checkKeys(keys);
      const { odata } = await import('@azure/data-tables');
      const any = keys.map((key) => odata`RowKey eq ${encodeKey(key)}`).join(' or ');
      return list(`${odata`PartitionKey eq ${encodeKey(partition)}`} and (${any})`, null);
    },
    range: (partition, from, to) => ranged(partition, from, to, null),
    async page(partition, from, to, limit, what) {
      const rows = await ranged(partition, from, to, limit + 1, what);
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
  const etag = entity.etag ?? '';
  return { key: text('key'), data: packed === '' ? text('data') : unpacked(packed), etag };
}

/** A text that cannot be unpacked is no record: whoever reads the row sets it aside. */
function unpacked(packed: string): string {
  try {
    return inflateRawSync(Buffer.from(packed, 'base64')).toString('utf8');
  } catch {
    return packed;
  }
}

async function connect(access: StorageAccess, tableName: string): Promise<TableClient> {
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

import { inflateRawSync } from 'node:zlib';
import type { TableClient, TableEntityResult } from '@azure/data-tables';
import { appCredential } from '../identity/appCredential.ts';
import type { StorageAccess } from './access.ts';
import { deadline } from './deadline.ts';
import { encodeKey } from './encodeKey.ts';
import type { CommitResult, Row, RowStore } from './rowStore.ts';
import { checkKeys, checkTransaction } from './rowStore.ts';
import { statusOf } from './statusOf.ts';
import { openTableWriter, type TableWriter } from './tableWriter.ts';

/** Rows that the service sends at a time (docs/platform.md#table-rows). */
const mostInPage = 1_000;

/** Rows in a table of Azure Table Storage; the only file that knows its client and its status codes. */
export function createTableRows(access: StorageAccess, tableName: string): RowStore {
  type Opened = { readonly client: TableClient; readonly writer: TableWriter };
  let opened: Promise<Opened> | null = null;
  const open = () => {
    opened ??= (async () => {
      const client = await connect(access, tableName);
      return { client, writer: await openTableWriter(client) };
    })().catch((error) => {
      opened = null;
      throw error;
    });
    return opened;
  };
  const table = async () => (await open()).client;

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
        return { kind: 'saved', etags: await (await open()).writer(partition, writes) };
      } catch (error) {
        const status = statusOf(error);
        if (status === 404 && String(error).includes('TableNotFound')) {
          opened = null;
          throw error;
        }
        // 409: it exists already; 412: another tag; 404: it is gone. Each means that somebody else was faster.
        if (status === 409 || status === 412 || status === 404) return { kind: 'superseded' };
        throw error;
      }
    },
  };
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

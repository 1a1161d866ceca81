import { randomUUID } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { encodeKey } from './encodeKey.ts';
import type { RowWrite } from './rowStore.ts';

// Writes as the Table service takes them (learn.microsoft.com/rest/api/storageservices/table-service-rest-api, entity
// group transactions), the same bytes as those of @azure/data-tables. Its client makes each row of a transaction a request of its own that goes
// through a pipeline of its own: four times the work of everything that we do with an event.

/** A property holds 32 Ki UTF-16 characters (docs/platform.md#table-rows). */
const propertyLength = 30_000;

/** Where the table is. `query`: a signature that is a part of each address, else ''. */
export type TableAddress = { readonly account: string; readonly query: string; readonly table: string };

export type TableRequest = {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
};

/** What became of the writes of a transaction; etags in their order, undefined for a row that was removed. */
export type TransactionAnswer =
  | { readonly kind: 'saved'; readonly etags: readonly (string | undefined)[] }
  | { readonly kind: 'refused'; readonly status: number; readonly body: string };

/** @param accountUrl of the client: with a signature it has a query */
export function tableAddress(accountUrl: string, table: string): TableAddress {
  const { origin, pathname, search } = new URL(accountUrl);
  return { account: `${origin}${pathname.replace(/\/$/, '')}`, query: search, table };
}

const version = { 'x-ms-version': '2019-02-02' };

/** One row, alone. */
export function requestOf(address: TableAddress, partition: string, write: RowWrite): TableRequest {
  const { url, headers, ...request } = entityRequest(address, encodeKey(partition), write);
  return { ...request, url: url + address.query, headers: { ...headers, ...version } };
}

/** All rows or none. */
export function transactionOf(
  address: TableAddress,
  partition: string,
  writes: readonly RowWrite[],
): TableRequest {
  const [batch, changes] = [`batch_${randomUUID()}`, `changeset_${randomUUID()}`];
  const partitionKey = encodeKey(partition);
  let body = `--${batch}\r\ncontent-type: multipart/mixed; boundary=${changes}\r\n\r\n\r\n`;
  for (const write of writes) {
    // As the client has it, no tag is asked for beside other writes (`RowWrite`).
    const own: RowWrite = write.kind === 'remove' ? { ...write, etag: '*' } : write;
    const { method, url, headers, body: entity } = entityRequest(address, partitionKey, own);
    body += `--${changes}\r\ncontent-type: application/http\r\ncontent-transfer-encoding: binary\r\n\r\n${method} ${url} HTTP/1.1\r\n`;
    for (const name in headers) body += `${name}: ${headers[name]}\r\n`;
    body += `\r\n\r\n${entity === null ? '' : `${entity}\r\n`}`;
  }
  return {
    method: 'POST',
    url: `${address.account}/$batch${address.query}`,
    headers: {
      accept: 'application/json',
      DataServiceVersion: '3.0;',
      MaxDataServiceVersion: '3.0;NetFx',
      'Content-Type': `multipart/mixed; boundary=${batch}`,
      'Accept-Charset': 'UTF-8',
      ...version,
    },
    body: `${body}--${changes}--\r\n--${batch}--\r\n`,
  };
}

/** Reads the answer to a transaction that was accepted (202): one part for each row, or one that says what is wrong. */
export function readTransactionAnswer(text: string): TransactionAnswer {
  const parts = text.split('--changesetresponse_').slice(1, -1);
  const etags: (string | undefined)[] = [];
  for (const part of parts) {
    const status = Number(/HTTP\/1\.1 (\d+)/.exec(part)?.[1]);
    if (!(status < 400)) return { kind: 'refused', status, body: /\{.*\}/s.exec(part)?.[0] ?? '' };
    etags.push(/^etag: (.*)/im.exec(part)?.[1]);
  }
  return { kind: 'saved', etags };
}

/** As it stands in a transaction. Keys have no quotes (`encodeKey`). */
function entityRequest(address: TableAddress, partitionKey: string, write: RowWrite): TableRequest {
  const rowKey = encodeKey(write.key);
  const table = `${address.account}/${address.table}`;
  if (write.kind === 'create') {
    return {
      method: 'POST',
      url: table,
      headers: {
        'Content-Type': 'application/json;odata=nometadata',
        Accept: 'application/json;odata=minimalmetadata',
        DataServiceVersion: '3.0',
        Prefer: 'return-no-content',
      },
      body: entityOf(partitionKey, rowKey, write),
    };
  }
  const url = `${table}(PartitionKey='${encodeURIComponent(partitionKey)}',RowKey='${encodeURIComponent(rowKey)}')`;
  if (write.kind === 'remove') {
    const headers = {
      Accept: 'application/json;odata=minimalmetadata',
      DataServiceVersion: '3.0',
      'If-Match': write.etag,
    };
    return { method: 'DELETE', url, headers, body: null };
  }
  const headers = {
    'Content-Type': 'application/json',
    DataServiceVersion: '3.0',
    Accept: 'application/json',
    // Without it the service would overwrite whatever is there.
    ...(write.kind === 'replace' ? { 'If-Match': write.etag } : {}),
  };
  return { method: 'PUT', url, headers, body: entityOf(partitionKey, rowKey, write) };
}

function entityOf(
  PartitionKey: string,
  RowKey: string,
  { key, data }: { readonly key: string; readonly data: string },
): string {
  const keys = { PartitionKey, RowKey, key };
  if (data.length <= propertyLength) return JSON.stringify({ ...keys, data });
  const packed = deflateRawSync(data).toString('base64');
  const parts: Record<string, string> = {};
  for (let part = 0; part * propertyLength < packed.length; part++) {
    parts[`packed${part}`] = packed.slice(part * propertyLength, (part + 1) * propertyLength);
  }
  return JSON.stringify({ ...keys, ...parts });
}

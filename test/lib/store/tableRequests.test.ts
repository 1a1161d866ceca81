import { createHttpHeaders, type PipelineRequest } from '@azure/core-rest-pipeline';
import { AzureNamedKeyCredential, TableClient, type TransactionAction } from '@azure/data-tables';
import { describe, expect, it } from 'vitest';
import { encodeKey } from '../../../src/lib/store/encodeKey.ts';
import type { RowWrite } from '../../../src/lib/store/rowStore.ts';
import {
  readTransactionAnswer,
  requestOf,
  type TableRequest,
  tableAddress,
  transactionOf,
} from '../../../src/lib/store/tableRequests.ts';

const account = 'https://fleet.table.core.windows.net';
const address = tableAddress(account, 'Fleet');
const partition = "hub|site|o'slo/ø";
const data = '{"text":"é \\"quoted\\""}';

const writes: readonly RowWrite[] = [
  { kind: 'create', key: 'd|a b#1', data },
  { kind: 'replace', key: "d|it's", data, etag: `W/"datetime'2026-11-29T03%3A08%3A52.7320000Z'"` },
  { kind: 'put', key: 'k|=@', data: '' },
  { kind: 'remove', key: 'x|1', etag: '*' },
];

const entityOf = (write: RowWrite) => ({
  partitionKey: encodeKey(partition),
  rowKey: encodeKey(write.key),
  ...(write.kind === 'remove' ? {} : { key: write.key, data: write.data }),
});

/** What the client sends, which goes nowhere. */
async function sentBy(work: (client: TableClient) => Promise<unknown>): Promise<TableRequest> {
  const requests: PipelineRequest[] = [];
  const client = new TableClient(account, 'Fleet', new AzureNamedKeyCredential('fleet', 'bm9uZQ=='), {
    httpClient: {
      sendRequest: async (request) => {
        requests.push(request);
        const status = request.url.endsWith('$batch') ? 202 : 204;
        return { status, headers: createHttpHeaders(), request, bodyAsText: '' };
      },
    },
  });
  await work(client);
  const { method, url, headers, body } = requests[0]!;
  return {
    method: method as TableRequest['method'],
    url,
    headers: Object.fromEntries([...headers].map(([name, value]) => [name.toLowerCase(), value])),
    body: typeof body === 'string' ? body : null,
  };
}

/** What every request gets on its way through the pipeline, ours too. */
const onTheWay = [
  'accept-encoding',
  'user-agent',
  'x-ms-client-request-id',
  'x-ms-date',
  'content-length',
  'authorization',
  // Node.js keeps connections by itself.
  'connection',
];

/** Without what differs from call to call. */
function comparable({ method, url, headers, body }: TableRequest): TableRequest {
  const named = (text: string) => text.replace(/(batch|changeset)_[0-9a-f-]{36}/g, '$1_id');
  const kept = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), named(value)] as const)
    .filter(([name]) => !onTheWay.includes(name));
  return { method, url, headers: Object.fromEntries(kept.sort()), body: body && named(body) };
}

describe('what is sent is what the client of the SDK sends', () => {
  it.each(writes)('for $kind', async (write) => {
    const entity = entityOf(write);
    const theirs = await sentBy((client) => {
      if (write.kind === 'create') return client.createEntity(entity);
      if (write.kind === 'put') return client.upsertEntity(entity, 'Replace');
      if (write.kind === 'replace') return client.updateEntity(entity, 'Replace', { etag: write.etag });
      return client.deleteEntity(entity.partitionKey, entity.rowKey, { etag: '*' });
    });
    expect(comparable(requestOf(address, partition, write))).toEqual(comparable(theirs));
  });

  it('for a transaction', async () => {
    const theirs = await sentBy((client) =>
      client.submitTransaction(
        writes.map((write): TransactionAction => {
          const entity = entityOf(write);
          if (write.kind === 'create') return ['create', entity];
          if (write.kind === 'put') return ['upsert', entity, 'Replace'];
          if (write.kind === 'replace') return ['update', entity, 'Replace', { etag: write.etag }];
          return ['delete', entity];
        }),
      ),
    );
    expect(comparable(transactionOf(address, partition, writes))).toEqual(comparable(theirs));
  });
});

it('puts a signature that is a part of the address behind it, and not into the parts of a transaction', () => {
  const signed = tableAddress(`${account}/?sv=2019&sig=a%2Bb`, 'Fleet');
  expect(requestOf(signed, 'p', writes[0]!).url).toBe(`${account}/Fleet?sv=2019&sig=a%2Bb`);
  const { url, body } = transactionOf(signed, 'p', writes);
  expect(url).toBe(`${account}/$batch?sv=2019&sig=a%2Bb`);
  expect(body).not.toContain('sig=');
});

describe('the answer to a transaction', () => {
  const answer = (...parts: string[]) =>
    [...parts, '--\r\n--batchresponse_1--'].join('--changesetresponse_1').replace(/^/, 'head\r\n');
  const part = (status: number, rest: string) =>
    `\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 ${status} X\r\nContent-ID: 0\r\n${rest}\r\n\r\n`;

  it('has a tag for each row that stands', () => {
    const text = answer('', part(204, `ETag: W/"1"`), part(204, ''), part(204, `etag: W/"3"`));
    expect(readTransactionAnswer(text)).toEqual({ kind: 'saved', etags: ['W/"1"', undefined, 'W/"3"'] });
  });

  it('is one part with what is wrong, when it was refused', () => {
    const body = '{"odata.error":{"code":"UpdateConditionNotSatisfied"}}';
    expect(readTransactionAnswer(answer('', part(412, `\r\n${body}`)))).toEqual({
      kind: 'refused',
      status: 412,
      body,
    });
  });

  it('that cannot be understood saves nothing', () => {
    expect(readTransactionAnswer(answer('', 'nothing')).kind).toBe('refused');
  });
});

import type { TableClient } from '@azure/data-tables';
import { deadline } from './deadline.ts';
import type { RowWrite } from './rowStore.ts';
import {
  readTransactionAnswer,
  requestOf,
  type TableRequest,
  tableAddress,
  transactionOf,
} from './tableRequests.ts';

/** Writes rows, all or none. Answers the tags of those that stand then, by their keys. */
export type TableWriter = (
  partition: string,
  writes: readonly RowWrite[],
) => Promise<ReadonlyMap<string, string>>;

/** Parts of a client's pipeline that work on what its own requests have, and ours have not. */
const notForUs = [
  'serializationPolicy',
  'deserializationPolicy',
  'formDataPolicy',
  'multipartPolicy',
  'tracingPolicy',
  'redirectPolicy',
  'decompressResponsePolicy',
  'wrapAbortSignalLikePolicy',
];

/** The writes of a table through its client's pipeline: its credential, its proxy, its retries. */
export async function openTableWriter(client: TableClient): Promise<TableWriter> {
  const { RestError } = await import('@azure/data-tables');
  const { createDefaultHttpClient, createHttpHeaders, createPipelineRequest } = await import(
    '@azure/core-rest-pipeline'
  );
  const http = createDefaultHttpClient();
  const pipeline = client.pipeline.clone();
  for (const name of notForUs) pipeline.removePolicy({ name });
  const address = tableAddress(client.url, client.tableName);
  const allowInsecureConnection = address.account.startsWith('http://');

  const send = async ({ method, url, headers, body }: TableRequest) => {
    const request = createPipelineRequest({
      method,
      url,
      headers: createHttpHeaders({ ...headers }),
      ...(body === null ? {} : { body }),
      allowInsecureConnection,
      ...deadline(),
    });
    const response = await pipeline.sendRequest(http, request);
    const fault = (statusCode: number, text: string) =>
      new RestError(text || `storage answered ${statusCode}`, { statusCode, request, response });
    if (response.status >= 400) throw fault(response.status, response.bodyAsText ?? '');
    return { response, fault };
  };

  return async (partition, writes) => {
    const [first, ...others] = writes;
    const etags = new Map<string, string>();
    if (first && others.length === 0) {
      // One row alone goes without the envelope of a transaction.
      const { response } = await send(requestOf(address, partition, first));
      const etag = response.headers.get('etag');
      if (etag) etags.set(first.key, etag);
      return etags;
    }
    const { response, fault } = await send(transactionOf(address, partition, writes));
    const answer = readTransactionAnswer(response.bodyAsText ?? '');
    if (answer.kind === 'refused') throw fault(answer.status, answer.body);
    for (const [index, write] of writes.entries()) {
      const etag = answer.etags[index];
      if (etag) etags.set(write.key, etag);
    }
    return etags;
  };
}

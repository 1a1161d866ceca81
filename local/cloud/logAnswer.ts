import { toDynamic, toText } from './kql/convert.ts';
import type { KqlError } from './kql/kqlError.ts';
import { formatDatetime } from './kql/time.ts';
import type { Table, Value } from './kql/value.ts';
import type { Reply } from './reply.ts';

/** A cell as the query API writes it: times and dynamics are text. */
const cellOf = (value: Value, type: string): unknown => {
  if (type === 'dynamic') return value === null ? null : JSON.stringify(toDynamic(value, type));
  if (typeof value === 'bigint') return type === 'datetime' ? formatDatetime(value) : toText(value, type);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return value;
};

/** The query API's tables; partial ones stand beside an error, under status 200 (docs/platform.md#partial-results). */
export const tablesBody = ({ columns, rows }: Table, partial: boolean): object => ({
  tables: [
    {
      name: 'PrimaryResult',
      columns: columns.map(({ name, type }) => ({ name, type })),
      rows: rows.map((row) => row.map((value, index) => cellOf(value, columns[index]!.type))),
    },
  ],
  ...(partial
    ? {
        error: {
          code: 'PartialError',
          message: 'There were some errors when processing your query.',
          details: [
            {
              code: 'EngineError',
              message: 'Something went wrong processing your query on the server.',
              innererror: {
                code: '-2133196797',
                message: 'The results of this query exceed the set limit.',
                severity: 2,
                severityName: 'Error',
              },
            },
          ],
        },
      }
    : {}),
});

/** 400 as the service answers a query that it cannot parse or resolve: the reason stands in the inner errors. */
export const kqlErrorReply = (error: KqlError, query: string): Reply => {
  const before = query.slice(0, error.offset).split('\n');
  const inner = {
    code: error.code,
    message: error.message,
    line: before.length,
    pos: before.at(-1)?.length ?? 0,
  };
  const message =
    error.kind === 'SyntaxError'
      ? 'A recognition error occurred in the query.'
      : 'A semantic error occurred.';
  return {
    status: 400,
    body: {
      error: {
        message: 'The request had some invalid properties',
        code: 'BadArgumentError',
        innererror: { code: error.kind, message, innererror: inner },
      },
    },
  };
};

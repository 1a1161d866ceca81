// Azurite goes through every row of a table for each query. A fleet of a million devices lies in one table: queries of
// one partition, and the product has no other, use the index that Azurite keeps anyway.
import { createRequire } from 'node:module';

type Chain = { find(query: object): Chain };
type Collection = { chain(): Chain };
type Query = (
  this: object,
  context: unknown,
  account: string,
  table: string,
  options: { filter?: string },
  ...rest: unknown[]
) => unknown;
type Store = { getEntityCollection(...which: unknown[]): Collection; queryTableEntities: Query };

const { default: LokiTables } = createRequire(import.meta.url)(
  'azurite/dist/src/table/persistence/LokiTableMetadataStore.js',
) as { default: { prototype: Store } };

const everyRow = LokiTables.prototype.queryTableEntities;

LokiTables.prototype.queryTableEntities = function (context, account, table, options, ...rest) {
  const partition = /^\(?PartitionKey eq '((?:[^']|'')*)' and /.exec(options.filter ?? '')?.[1];
  if (partition === undefined) return everyRow.call(this, context, account, table, options, ...rest);
  const store = this as Store;
  const narrowed: object = Object.create(store, {
    getEntityCollection: {
      value: (...which: unknown[]) => ({
        chain: () =>
          store
            .getEntityCollection(...which)
            .chain()
            .find({ PartitionKey: partition.replaceAll("''", "'") }),
      }),
    },
  });
  return everyRow.call(narrowed, context, account, table, options, ...rest);
};

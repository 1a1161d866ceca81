// Azurite goes through every row of a table for each query. A fleet of a million devices lies in one table: queries of
// one partition, and the product has no other, use the index that Azurite keeps anyway, and ranges of its rows are cut to
// what is asked for before Azurite's own filter sees them.
import { createRequire } from 'node:module';

type Stored = { readonly RowKey: string };
type Collection = { find(query: object): Stored[] };
type Query = (
  this: object,
  context: unknown,
  account: string,
  table: string,
  options: { filter?: string; top?: number },
  nextPartitionKey?: string,
  nextRowKey?: string,
) => unknown;
type Store = { getEntityCollection(...which: unknown[]): Collection; queryTableEntities: Query };

const { default: LokiTables } = createRequire(import.meta.url)(
  'azurite/dist/src/table/persistence/LokiTableMetadataStore.js',
) as { default: { prototype: Store } };

const everyRow = LokiTables.prototype.queryTableEntities;
const text = "'((?:[^']|'')*)'";
const ofPartition = new RegExp(`^\\(?PartitionKey eq ${text} and `);
const ofRange = new RegExp(`^PartitionKey eq ${text} and RowKey ge ${text} and RowKey lt ${text}$`);

LokiTables.prototype.queryTableEntities = function (context, account, table, options, ...goOn) {
  const filter = options.filter ?? '';
  const partition = ofPartition.exec(filter)?.[1];
  if (partition === undefined) return everyRow.call(this, context, account, table, options, ...goOn);
  const store = this as Store;
  const narrowed: object = Object.create(store, {
    getEntityCollection: {
      value: (...which: unknown[]) => {
        const rows = store.getEntityCollection(...which).find({ PartitionKey: plain(partition) });
        const [, , from, to] = ofRange.exec(filter) ?? [];
        const isFirst = goOn.every((one) => !one);
        const cut = from === undefined || to === undefined ? rows : between(rows, plain(from), plain(to));
        return { chain: () => chain(isFirst && cut !== rows ? first(cut, options.top ?? 1_000) : cut) };
      },
    },
  });
  return everyRow.call(narrowed, context, account, table, options, ...goOn);
};

const plain = (quoted: string) => quoted.replaceAll("''", "'");

function between(rows: readonly Stored[], from: string, to: string): Stored[] {
  return rows.filter(({ RowKey }) => RowKey >= from && RowKey < to);
}

const inOrder = (a: Stored, b: Stored) => (a.RowKey < b.RowKey ? -1 : 1);

/** The first rows of a page by key, and the one that tells that more follow. */
function first(rows: readonly Stored[], top: number): readonly Stored[] {
  const wanted = top + 1;
  let kept: Stored[] = [];
  let end: string | null = null;
  for (const row of rows) {
    if (end !== null && row.RowKey > end) continue;
    kept.push(row);
    if (kept.length < 2 * wanted) continue;
    kept = kept.sort(inOrder).slice(0, wanted);
    end = kept.at(-1)!.RowKey;
  }
  return kept.sort(inOrder).slice(0, wanted);
}

/** What Azurite asks of a result set. */
function chain(rows: readonly Stored[]): object {
  return {
    where: (fits: (row: Stored) => boolean) => chain(rows.filter(fits)),
    sort: (order: (a: Stored, b: Stored) => number) => chain(rows.toSorted(order)),
    limit: (most: number) => chain(rows.slice(0, most)),
    data: () => [...rows],
  };
}

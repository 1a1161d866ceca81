/** A part of a list: at most `limit` items from a place on, and where to go on; null: it ends here. */
export type ListPart<Item> = { readonly items: readonly Item[]; readonly next: string | null };

/** Which part of a list is asked for. `at` is the `next` of the part before; null: the first part. */
export type Part = { readonly limit: number; readonly at: string | null };

/** The part of what is at hand as a whole; `at` is a number. */
export function partOf<Item>(items: readonly Item[], { limit, at }: Part): ListPart<Item> {
  const start = Number(at ?? 0);
  const end = start + limit;
  return { items: items.slice(start, end), next: end < items.length ? String(end) : null };
}

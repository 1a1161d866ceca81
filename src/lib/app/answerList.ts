import type { HttpRequest, HttpResponseInit } from '@azure/functions';

/** A page is asked for by the value of one filter (null: any) and where to go on (null: at the newest). */
export type ListQuery = { readonly filter: string | null; readonly from: string | null };
export type ListPage = { readonly items: readonly object[]; readonly next: string | null };

/** Answers a list as `{ items, nextLink }`, or 400 naming the parameter, its value and what is accepted. */
export async function answerList(
  request: HttpRequest,
  parameter: string,
  accepted: readonly string[],
  list: (query: ListQuery) => Promise<ListPage>,
): Promise<HttpResponseInit> {
  const filter = request.query.get(parameter);
  if (filter !== null && !accepted.includes(filter)) {
    const error = `${parameter}=${filter.slice(0, 50)} is not accepted; use one of ${accepted.join(', ')}, or leave it out`;
    return { status: 400, jsonBody: { error } };
  }
  const { items, next } = await list({ filter, from: request.query.get('from') });
  const link = new URL(request.url);
  if (next !== null) link.searchParams.set('from', next);
  return { status: 200, jsonBody: { items, nextLink: next === null ? null : link.toString() } };
}

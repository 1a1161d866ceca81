import { readCursor, writeCursor } from '../api/cursor.ts';
import { type Html, html } from '../notify/html.ts';

/** Where a reader is in a list: the pages that led here, each by where it began. Empty: the first page. */
export type Trail = readonly string[];

/** Longer ones lose what is behind the first page: the way back is then shorter. */
const longest = 20;

/** @param list names the list with what it is searched for: the marks of another one count for nothing */
export function readTrail(list: string, query: URLSearchParams): Trail {
  return query.getAll('from').flatMap((mark) => readCursor(list, mark) ?? []);
}

/** Links to the page before and the one after. @param kept parameters that stay */
export function pager(
  path: string,
  list: string,
  trail: Trail,
  next: string | null,
  kept: Readonly<Record<string, string>>,
): Html | null {
  if (trail.length === 0 && next === null) return null;
  const to = (marks: Trail) => {
    const query = new URLSearchParams(kept);
    for (const at of marks) query.append('from', writeCursor(list, at));
    const text = query.toString();
    return text === '' ? path : `${path}?${text}`;
  };
  return html`<nav class="pager" aria-label="Pages of the list">${
    trail.length === 0 ? null : html`<a rel="prev" href="${to(trail.slice(0, -1))}">Previous page</a>`
  }${next === null ? null : html`<a rel="next" href="${to([...trail, next].slice(-longest))}">Next page</a>`}</nav>`;
}

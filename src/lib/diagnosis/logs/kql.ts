/**
 * A text as a KQL string literal. The query API has no bind parameters (docs/platform.md#query-texts), so this is what
 * keeps an id from changing the query: quotes and backslashes are escaped, everything outside printable ASCII becomes
 * `\uXXXX`.
 */
export function kqlText(text: string): string {
  const escaped = text.replace(/[\\"]|[^\x20-\x7e]/g, (unit) =>
    unit === '"' || unit === '\\' ? `\\${unit}` : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}

export function kqlTime(atMs: number): string {
  return `datetime(${new Date(atMs).toISOString()})`;
}

/** The HTTP status in an error of the storage SDKs (docs/platform.md#table-errors); null: it has none. */
export function statusOf(error: unknown): number | null {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : null;
}

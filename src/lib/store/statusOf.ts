/** The HTTP status in an error of the storage SDKs (azure-facts §5.2); null: it has none. */
export function statusOf(error: unknown): number | null {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : null;
}

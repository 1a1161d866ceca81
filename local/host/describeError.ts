const frames = 5;

/** Message and the first frames of an error, then the messages of what it wraps. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const top = (error.stack ?? error.message)
    .split('\n    at ')
    .slice(0, frames + 1)
    .join('\n    at ');
  const inner = [...(error instanceof AggregateError ? error.errors : []), error.cause];
  return [top, ...inner.filter((each) => each !== undefined).map((each) => `caused by ${String(each)}`)].join(
    '\n',
  );
}

/** Facts of a log line. Never secrets, never mail addresses. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** One structured line: what happened, and the ids by which it is found. */
export interface Log {
  info(what: string, fields?: LogFields): void;
  warn(what: string, fields?: LogFields): void;
  error(what: string, fields?: LogFields): void;
}

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

type Write = (line: string) => void;

/** Lines of JSON after a readable head, through the functions of an invocation's context. */
export function createLog(context: { log: Write; warn: Write; error: Write }): Log {
  const write = (to: Write) => (what: string, fields?: LogFields) =>
    to(fields && Object.keys(fields).length > 0 ? `${what} ${JSON.stringify(fields)}` : what);
  return {
    info: write((line) => context.log(line)),
    warn: write((line) => context.warn(line)),
    error: write((line) => context.error(line)),
  };
}

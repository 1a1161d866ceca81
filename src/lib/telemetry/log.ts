/** Facts of a log line. Never secrets, never mail addresses. */
export type LogFields = Readonly<
  Record<
    string,
    string | number | boolean | null | undefined | readonly Readonly<Record<string, string | number>>[]
  >
>;

/** One structured line: what happened, and the ids by which it is found. `debug` is for what comes by the million. */
export interface Log {
  debug(what: string, fields?: LogFields): void;
  info(what: string, fields?: LogFields): void;
  warn(what: string, fields?: LogFields): void;
  error(what: string, fields?: LogFields): void;
}

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

type Write = (line: string) => void;

/** Lines of JSON after a readable head, through the functions of an invocation's context. */
export function createLog(context: { debug: Write; log: Write; warn: Write; error: Write }): Log {
  const write = (to: Write) => (what: string, fields?: LogFields) =>
    to(fields && Object.keys(fields).length > 0 ? `${what} ${textOf(fields)}` : what);
  return {
    debug: write((line) => context.debug(line)),
    info: write((line) => context.log(line)),
    warn: write((line) => context.warn(line)),
    error: write((line) => context.error(line)),
  };
}

/** Words from outside, in which an address or a key may be quoted. Ids stay as they are, or nothing could be found. */
const outsideWords = ['error', 'because', 'problem', 'type'];
const mayQuote = new RegExp(`"(${outsideWords.join('|')})":"`);

/** Looking at each value by itself takes several times as long: only where there are such words. */
function textOf(fields: LogFields): string {
  const text = JSON.stringify(fields);
  return mayQuote.test(text) ? JSON.stringify(fields, discreet) : text;
}

function discreet(key: string, value: unknown): unknown {
  return outsideWords.includes(key) && typeof value === 'string' ? withoutSecrets(value) : value;
}

/** A text without mail addresses, signing secrets, and what follows the host in web addresses. */
export function withoutSecrets(text: string): string {
  return text
    .replace(/(https?:\/\/[^\s/"'<>?#]+)[^\s"'<>]*/gi, '$1/…')
    .replace(/whsec_[\w+/=]*/g, '(secret)')
    .replace(/[^\s"'<>@:;,()]+@[^\s"'<>@:;,()]+/g, '(address)');
}

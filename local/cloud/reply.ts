import type { OutgoingHttpHeaders } from 'node:http';

/** What a route answers. An object `body` is sent as JSON, a string as it is. */
export type Reply = {
  status: number;
  headers?: OutgoingHttpHeaders;
  body?: unknown;
  /** Waits before the answer, as a slow service does. */
  delayMs?: number;
  /** Breaks the connection instead of answering, after the work is done. */
  lost?: boolean;
  /** Never answers; the connection stays open until the client gives up. */
  hang?: boolean;
};

/** An error in Azure's shape: `{ error: { code, message } }` and the `x-ms-error-code` header. */
export const errorReply = (status: number, code: string, message: string, target?: string): Reply => ({
  status,
  headers: { 'x-ms-error-code': code },
  body: { error: { code, message, ...(target === undefined ? {} : { target }) } },
});

/** Thrown by a route to answer with an error from wherever it is noticed. */
export class ReplyError extends Error {
  override readonly name = 'ReplyError';
  readonly reply: Reply;

  constructor(status: number, code: string, message: string, target?: string) {
    super(message);
    this.reply = errorReply(status, code, message, target);
  }
}

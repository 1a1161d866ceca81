import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { ReplyError } from './reply.ts';

/** One request, its body read. */
export type CloudRequest = {
  method: string;
  url: URL;
  /** Path and query exactly as sent, for signatures. */
  target: string;
  /** The values of the `{name}` segments of the route. */
  params: Readonly<Record<string, string>>;
  headers: IncomingHttpHeaders;
  body: Buffer;
  nowMs: number;
};

/**
 * Reads a body; one that is too long is read to its end and dropped, so that the client sees the answer.
 * @throws ReplyError 413 when the body is longer than `maxBytes`.
 */
export const readBody = async (message: IncomingMessage, maxBytes: number): Promise<Buffer> => {
  let chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
    else chunks = [];
  }
  if (size > maxBytes) {
    throw new ReplyError(413, 'RequestEntityTooLarge', `The body is longer than ${maxBytes} bytes.`);
  }
  return Buffer.concat(chunks);
};

const parseJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new ReplyError(400, 'InvalidJson', `The body is not JSON: ${(error as Error).message}`);
  }
};

const pathOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
    '',
  );

/**
 * The body as the schema has it.
 * @throws ReplyError 400 that lists every problem with its path.
 */
export const jsonBody = <T>(request: CloudRequest, schema: z.ZodType<T>, code = 'BadRequest'): T => {
  const result = schema.safeParse(parseJson(request.body));
  if (result.success) return result.data;
  const problems = result.error.issues.slice(0, 20).map((issue) => {
    const path = pathOf(issue.path);
    return path === '' ? issue.message : `${path}: ${issue.message}`;
  });
  throw new ReplyError(400, code, problems.join('; '), pathOf(result.error.issues[0]?.path ?? []));
};

/** One value of a header that may come as a list. */
export const header = (request: CloudRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { ReplyError } from './reply.ts';
import { type CloudRequest, header } from './request.ts';

/** How far the date of a request may be off. */
const clockSkewMs = 15 * 60_000;

const denied = (message: string): ReplyError => new ReplyError(401, 'Denied', message);

const isSame = (left: string, right: string): boolean => {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
};

/**
 * Checks a request's HMAC-SHA256 signature as Communication Services does
 * (docs/platform.md#signatures-of-mail-requests): the string to sign is method, path with query, and `date;host;hash`,
 * the key is the Base64-decoded access key.
 * @throws ReplyError 401 that says which part is wrong.
 */
export const checkSignature = (request: CloudRequest, accessKey: string): void => {
  const date = header(request, 'x-ms-date') ?? header(request, 'date');
  const authorization = header(request, 'authorization') ?? '';
  const signature =
    /^HMAC-SHA256 SignedHeaders=(?:x-ms-date|date);host;x-ms-content-sha256&Signature=(\S+)$/.exec(
      authorization,
    )?.[1];
  if (signature === undefined || date === undefined) {
    throw denied(
      'Denied by the resource provider: sign with HMAC-SHA256 over x-ms-date;host;x-ms-content-sha256, the date in x-ms-date.',
    );
  }
  const dateMs = Date.parse(date);
  if (Number.isNaN(dateMs) || Math.abs(dateMs - request.nowMs) > clockSkewMs) {
    throw denied(
      `The date '${date}' is not within 15 minutes of the service's ${new Date(request.nowMs).toUTCString()}.`,
    );
  }
  const hash = createHash('sha256').update(request.body).digest('base64');
  if (!isSame(header(request, 'x-ms-content-sha256') ?? '', hash)) {
    throw denied('x-ms-content-sha256 is not the hash of the body.');
  }
  const text = `${request.method}\n${request.target}\n${date};${header(request, 'host') ?? ''};${hash}`;
  const expected = createHmac('sha256', Buffer.from(accessKey, 'base64')).update(text).digest('base64');
  if (!isSame(signature, expected)) throw denied('The signature does not match: is this the access key?');
};

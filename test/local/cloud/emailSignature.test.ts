import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkSignature } from '../../../local/cloud/emailSignature.ts';
import type { CloudRequest } from '../../../local/cloud/request.ts';

const nowMs = Date.UTC(2026, 2, 4, 9, 20);
const key = Buffer.alloc(32, 7).toString('base64');
const target = '/emails:send?api-version=2025-09-01';

const signed = (
  change: { dateMs?: number; signedBody?: string; target?: string; host?: string } = {},
): CloudRequest => {
  const body = Buffer.from('{"a":1}');
  const date = new Date(change.dateMs ?? nowMs).toUTCString();
  const hash = createHash('sha256')
    .update(change.signedBody ?? body)
    .digest('base64');
  const text = `POST\n${target}\n${date};localhost:7072;${hash}`;
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
  const sent = change.target ?? target;
  return {
    method: 'POST',
    url: new URL(sent, 'http://localhost:7072'),
    target: sent,
    params: {},
    body,
    nowMs,
    headers: {
      host: change.host ?? 'localhost:7072',
      'x-ms-date': date,
      'x-ms-content-sha256': hash,
      authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
    },
  };
};

describe('checkSignature', () => {
  it.each([
    ['what the client signed', {}],
    ['a date 14 minutes off', { dateMs: nowMs - 14 * 60_000 }],
  ])('accepts %s', (_case, change) => {
    expect(() => checkSignature(signed(change), key)).not.toThrow();
  });

  it.each([
    ['a date 16 minutes ago', { dateMs: nowMs - 16 * 60_000 }, /15 minutes/],
    ['a date 16 minutes ahead', { dateMs: nowMs + 16 * 60_000 }, /15 minutes/],
    ['another body', { signedBody: '{"a":2}' }, /hash of the body/],
    ['another path', { target: '/emails:send?api-version=2023-03-31' }, /signature does not match/],
    ['another host', { host: 'evil.example' }, /signature does not match/],
  ])('refuses %s', (_case, change, message) => {
    expect(() => checkSignature(signed(change), key)).toThrow(message);
  });
});

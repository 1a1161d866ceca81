import { createHmac } from 'node:crypto';

/**
 * The `webhook-signature` header of Standard Webhooks (https://www.standardwebhooks.com, symmetric `v1`): HMAC-SHA256
 * over `id.timestamp.body` with the Base64-decoded secret behind `whsec_`.
 */
export function sign(secret: string, id: string, timestampSeconds: number, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const digest = createHmac('sha256', key).update(`${id}.${timestampSeconds}.${body}`).digest('base64');
  return `v1,${digest}`;
}

/**
 * Standard Webhooks (main of August 2026): spec/standard-webhooks.md, and the vector that the test suites of its
 * libraries share (libraries/javascript/src/webhook.test.ts, "sign function works"). A receiver has one secret in the
 * configuration, so there is one signature, by `v1`: no second one while the secret is changed, and no `v1a`.
 */
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../src/lib/config/loadConfig.ts';
import { sign } from '../../src/lib/notify/channels/webhook/signature.ts';
import { readAnswer } from '../../src/lib/notify/delivery/httpAnswer.ts';
import { retryDelayMs } from '../../src/lib/notify/delivery/retry.ts';

const vector = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestampSeconds: 1_614_265_330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

const signed = ({ secret, id, timestampSeconds, body }: Omit<typeof vector, 'signature'>) =>
  sign(secret, id, timestampSeconds, body);

describe('signature', () => {
  it('is the published one for the published message', () => {
    expect(signed(vector)).toBe(vector.signature);
  });

  it('is the same with and without the prefix of the secret', () => {
    expect(signed({ ...vector, secret: vector.secret.replace('whsec_', '') })).toBe(vector.signature);
  });

  it.each([
    { part: 'secret', other: { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx' } },
    { part: 'id', other: { id: 'msg_p5jXN8AQM9LWM0D4loKWxJel' } },
    { part: 'timestamp', other: { timestampSeconds: vector.timestampSeconds + 1 } },
    { part: 'body, by one space', other: { body: '{"test":2432232314}' } },
  ])('is another one for another $part', ({ other }) => {
    expect(signed({ ...vector, ...other })).not.toBe(vector.signature);
  });
});

describe('time stamp', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    { seconds: 0, accepted: true },
    { seconds: 299, accepted: true },
    { seconds: -299, accepted: true },
    { seconds: 301, accepted: false },
    { seconds: -301, accepted: false },
  ])('$seconds s from the verifier’s clock is accepted: $accepted; so each attempt has its own', (row) => {
    vi.useFakeTimers({ now: (vector.timestampSeconds + row.seconds) * 1000 });
    const headers = {
      'webhook-id': vector.id,
      'webhook-timestamp': String(vector.timestampSeconds),
      'webhook-signature': signed(vector),
    };
    const verify = () => new Webhook(vector.secret).verify(vector.body, headers);
    if (row.accepted) expect(verify()).toEqual({ test: 2432232314 });
    else expect(verify).toThrow('timestamp');
  });
});

describe('answer', () => {
  it.each([
    { status: 200, means: 'success', ours: 'sent' },
    { status: 204, means: 'success', ours: 'sent' },
    { status: 299, means: 'success', ours: 'sent' },
    { status: 301, means: 'failure, not followed', ours: 'failedPermanently' },
    { status: 404, means: 'failure', ours: 'failedPermanently' },
    // The endpoint is not disabled for good, as the spec advises: the configuration names it, and a person changes that.
    { status: 410, means: 'no longer interested', ours: 'failedPermanently' },
    { status: 429, means: 'slow down', ours: 'failedTemporarily' },
    { status: 500, means: 'failure', ours: 'failedTemporarily' },
    { status: 502, means: 'slow down', ours: 'failedTemporarily' },
    { status: 504, means: 'slow down', ours: 'failedTemporarily' },
  ])('$status, $means: $ours', ({ status, ours }) => {
    expect(readAnswer(status, null, 0).kind).toBe(ours);
  });
});

describe('time to the next attempt', () => {
  /** The published example of a schedule: seconds after each failed attempt. */
  const published = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
  const delivery = { timeoutMs: 10_000, retryFirstMs: 5_000, retryMaxMs: 900_000, giveUpAfterMs: 86_400_000 };

  it('begins as published, then grows by less: an outage is old news in three days, and a fallback is told meanwhile', () => {
    const ours = published.map((_, index) => retryDelayMs(delivery, index + 1, null, 0) / 1000);
    expect(ours).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 900]);
    expect(ours.every((seconds, index) => seconds <= (published[index] ?? 0))).toBe(true);
  });

  it('is what the answer asks for, if that is longer', () => {
    const answer = readAnswer(503, '120', 0);
    const retryAfterMs = answer.kind === 'failedTemporarily' ? answer.retryAfterMs : null;
    expect(retryDelayMs(delivery, 1, retryAfterMs, 1)).toBe(120_000);
  });
});

describe('secret', () => {
  const accepts = (bytes: number) =>
    loadConfig(
      `
receivers:
  on-call:
    webhook: { url: "https://hooks.example/x", secret: "whsec_${Buffer.alloc(bytes, 7).toString('base64')}" }
routes: [{ to: [on-call], per: site }]
`,
      'test.yaml',
      {},
      { development: false },
    ).ok;

  it.each([
    [0, false],
    [23, false],
    [24, true],
    [64, true],
    [65, false],
  ])('of %d bytes is accepted: %s', (bytes, accepted) => {
    expect(accepts(bytes)).toBe(accepted);
  });
});

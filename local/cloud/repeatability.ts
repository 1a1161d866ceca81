import { createHash } from 'node:crypto';
import { type Reply, ReplyError } from './reply.ts';
import { type CloudRequest, header } from './request.ts';

/** How long the service remembers a request id (docs/platform.md#repeated-mails). */
const rememberedMs = 5 * 60_000;
const maxRemembered = 10_000;
const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

type Remembered = { bodyHash: string; atMs: number; reply: Reply };

/**
 * OASIS repeatable requests: `perform` runs once per request id, a repeat gets the first answer. A 5xx is not
 * remembered, so that a repeat is tried again.
 * @throws ReplyError 400 for an id with another body, 412 for a first attempt that is too long ago.
 */
export const createRepeatability = (): ((request: CloudRequest, perform: () => Reply) => Reply) => {
  const remembered = new Map<string, Remembered>();
  return (request, perform) => {
    const id = header(request, 'repeatability-request-id')?.toLowerCase();
    if (id === undefined) return perform();
    const firstSent = header(request, 'repeatability-first-sent');
    const firstSentMs = Date.parse(firstSent ?? '');
    if (!guid.test(id)) {
      throw new ReplyError(400, 'BadRequest', `Repeatability-Request-Id '${id}' is not a GUID.`);
    }
    if (Number.isNaN(firstSentMs)) {
      const given = firstSent === undefined ? 'is missing' : `'${firstSent}' is not a date`;
      throw new ReplyError(
        400,
        'BadRequest',
        `Repeatability-First-Sent ${given}: use an IMF-fixdate in GMT.`,
      );
    }
    if (request.nowMs - firstSentMs > rememberedMs) {
      throw new ReplyError(412, 'PreconditionFailed', 'Repeatability-First-Sent is more than 5 minutes ago.');
    }
    for (const [key, entry] of remembered) {
      if (request.nowMs - entry.atMs <= rememberedMs && remembered.size <= maxRemembered) break;
      remembered.delete(key);
    }
    const bodyHash = createHash('sha256').update(request.body).digest('base64');
    const known = remembered.get(id);
    if (known !== undefined && known.bodyHash !== bodyHash) {
      throw new ReplyError(
        400,
        'BadRequest',
        `Repeatability-Request-Id '${id}' came before with another body.`,
      );
    }
    const reply = known?.reply ?? perform();
    if (reply.status < 500 && known === undefined) {
      remembered.set(id, { bodyHash, atMs: request.nowMs, reply: { ...reply, lost: false, delayMs: 0 } });
    }
    const headers = { ...reply.headers, 'repeatability-result': 'accepted' };
    return { ...reply, headers };
  };
};

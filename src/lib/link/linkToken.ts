import type { KeyRing } from './keyRing.ts';
import { sign, verify } from './signature.ts';

/** What the link of a notice opens, and for whom. */
export type NoticeLink = { readonly incidentId: string; readonly receiver: string };

/** `ended`: signed by a key that has been rotated away. */
export type ReadLink =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'valid'; readonly link: NoticeLink };

/** The same on every attempt of a notice, until the keys are rotated. About 190 characters of `[A-Za-z0-9_.-]`. */
export function linkToken([key]: KeyRing, { incidentId, receiver }: NoticeLink): Promise<string> {
  return sign(key, 'link', { i: incidentId, r: receiver });
}

export async function readLinkToken(ring: KeyRing, token: string): Promise<ReadLink> {
  const verified = await verify(ring, 'link', token);
  const { i: incidentId, r: receiver } = (verified?.claims ?? {}) as { i?: unknown; r?: unknown };
  if (!verified || typeof incidentId !== 'string' || typeof receiver !== 'string') return { kind: 'unknown' };
  return verified.by === 'old' ? { kind: 'ended' } : { kind: 'valid', link: { incidentId, receiver } };
}

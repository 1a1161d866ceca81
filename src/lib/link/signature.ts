import type { CompactJWSHeaderParameters } from 'jose';
import type { KeyRing, LinkKey } from './keyRing.ts';

/** What is signed: the link of a notice, or a form of its page. One is never taken for the other. */
export type Purpose = 'link' | 'form';

/** `old`: signed by a key that has been rotated away. `false`: not ours, or altered. */
export type Verified = { readonly claims: unknown; readonly by: 'current' | 'old' };

/** Nothing that we sign is longer. */
const longest = 2_000;

/**
 * Claims as a compact JWS (RFC 7515, HS256), whose header names the key. The same for the same claims and key.
 * @param claims a plain object; its fields keep their order
 */
export async function sign(key: LinkKey, purpose: Purpose, claims: object): Promise<string> {
  const { CompactSign } = await import('jose');
  const payload = new TextEncoder().encode(JSON.stringify(claims));
  return new CompactSign(payload)
    .setProtectedHeader({ alg: 'HS256', kid: key.kid, typ: purpose })
    .sign(secretOf(key));
}

/** What was signed for a purpose by a key of the ring; null: not ours, or altered. */
export async function verify(ring: KeyRing, purpose: Purpose, token: string): Promise<Verified | null> {
  if (token.length > longest) return null;
  const { compactVerify } = await import('jose');
  let used: LinkKey | undefined;
  const keyFor = ({ kid, typ }: CompactJWSHeaderParameters) => {
    used = ring.find((key) => key.kid === kid && typ === purpose);
    if (!used) throw new Error('no such key');
    return secretOf(used);
  };
  try {
    const { payload } = await compactVerify(token, keyFor, { algorithms: ['HS256'] });
    const claims: unknown = JSON.parse(new TextDecoder().decode(payload));
    // Base64url has spare bits and decoders skip blanks: of all spellings of a signature only ours counts.
    if (!used || (await sign(used, purpose, claims as object)) !== token) return null;
    return { claims, by: used === ring[0] ? 'current' : 'old' };
  } catch {
    return null;
  }
}

function secretOf({ secret }: LinkKey): Uint8Array {
  return new Uint8Array(Buffer.from(secret, 'base64url'));
}

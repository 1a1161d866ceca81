import { randomBytes } from 'node:crypto';

/** A key that signs links. It is a secret. */
export type LinkKey = {
  /** Names it in what it has signed. */
  readonly kid: string;
  /** 32 bytes in Base64url. */
  readonly secret: string;
  /** Milliseconds. */
  readonly madeAtMs: number;
};

/** Newest first: the first one signs, the others only tell a link that has ended from one that never was. */
export type KeyRing = readonly [LinkKey, ...LinkKey[]];

/** Of more keys the oldest are forgotten: their links are then as good as unknown. */
const mostKeys = 50;

export function newKey(nowMs: number): LinkKey {
  return {
    kid: randomBytes(6).toString('base64url'),
    secret: randomBytes(32).toString('base64url'),
    madeAtMs: nowMs,
  };
}

/** The ring with a new key that signs from now on. @param ring null: there was none */
export function rotated(ring: KeyRing | null, nowMs: number): KeyRing {
  return [newKey(nowMs), ...(ring ?? []).slice(0, mostKeys - 1)];
}

/** What is stored, read back; null for what is no ring. */
export function readRing({ keys }: { readonly [field: string]: unknown }): KeyRing | null {
  if (!Array.isArray(keys)) return null;
  const [first, ...others] = keys.filter(isKey);
  return first ? [first, ...others] : null;
}

function isKey(value: unknown): value is LinkKey {
  const { kid, secret, madeAtMs } = (value ?? {}) as Partial<LinkKey>;
  return typeof kid === 'string' && typeof secret === 'string' && typeof madeAtMs === 'number';
}

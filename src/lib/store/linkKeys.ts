import { type KeyRing, readRing, rotated } from '../link/keyRing.ts';
import type { MetaRows } from './metaRows.ts';

/** Who signs looks at least this often: a link that goes out after a rotation opens. Milliseconds. */
export const signingAgeMs = 2_000;

/** Who checks looks at least this often: what was rotated away ends. Milliseconds. */
export const checkingAgeMs = 20_000;

/** Nobody makes or changes keys this often in a row: something else is wrong. */
const mostAttempts = 12;

/** The keys of links: made at the first use, kept in storage, remembered for a while. */
export function createLinkKeys(meta: MetaRows) {
  let known: { readonly ring: Promise<KeyRing>; readonly readAtMs: number } | null = null;

  /** The keys that are stored; where `change` makes others of them, those, once they are stored. */
  async function settled(change: (stored: KeyRing | null) => KeyRing): Promise<KeyRing> {
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const stored = await meta.read('linkKeys', readRing);
      const before = stored?.value ?? null;
      const ring = change(before);
      if (ring === before) return ring;
      const written = await meta.write('linkKeys', { keys: ring }, stored?.etag ?? null);
      if (written !== null) return ring;
    }
    throw new Error(`keys of links: gave up after ${mostAttempts} conflicting writes`);
  }

  return {
    /** The keys as they were at most `maxAgeMs` ago. */
    ring(maxAgeMs: number, nowMs: number): Promise<KeyRing> {
      if (known && Math.abs(nowMs - known.readAtMs) <= maxAgeMs) return known.ring;
      const look = { ring: settled((stored) => stored ?? rotated(null, nowMs)), readAtMs: nowMs };
      known = look;
      look.ring.catch(() => {
        if (known === look) known = null;
      });
      return look.ring;
    },

    /** Makes a new key: every link that was sent before ends within a minute. Answers the keys as they are now. */
    async rotate(nowMs: number): Promise<KeyRing> {
      known = null;
      return settled((stored) => rotated(stored, nowMs));
    },

    /** The keys that are stored; null: no link was made yet. */
    async stored(): Promise<KeyRing | null> {
      return (await meta.read('linkKeys', readRing))?.value ?? null;
    },
  };
}

export type LinkKeys = ReturnType<typeof createLinkKeys>;

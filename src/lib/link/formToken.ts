import { createHash, randomBytes } from 'node:crypto';
import type { KeyRing } from './keyRing.ts';
import { sign, verify } from './signature.ts';

/** One form of one page as it was shown. */
export type ShownForm = {
  /** What pressing it does. */
  readonly action: string;
  /** The token of the link whose page it is on. */
  readonly link: string;
  /** What the page showed of that which the form changes. */
  readonly state: string;
};

/** What was pressed. */
export type PressedForm = {
  readonly state: string;
  /** Different for each page that was shown: it is good once. */
  readonly id: string;
  /** Milliseconds. */
  readonly shownAtMs: number;
};

/** A page that was left open for longer than this is an old one, whatever is still true of it. Milliseconds. */
export const formLifetimeMs = 24 * 60 * 60_000;

export function formToken(
  [key]: KeyRing,
  { action, link, state }: ShownForm,
  nowMs: number,
): Promise<string> {
  const id = randomBytes(9).toString('base64url');
  return sign(key, 'form', { a: action, l: digest(link), s: state, t: nowMs, n: id });
}

/** The form that a token stands for; null: not ours, of another form, or of another link. */
export async function readFormToken(
  ring: KeyRing,
  { action, link }: Omit<ShownForm, 'state'>,
  token: string,
): Promise<PressedForm | null> {
  const verified = await verify(ring, 'form', token);
  const { a, l, s, t, n } = (verified?.claims ?? {}) as { [claim: string]: unknown };
  if (verified?.by !== 'current' || a !== action || l !== digest(link)) return null;
  if (typeof s !== 'string' || typeof t !== 'number' || typeof n !== 'string') return null;
  return { state: s, id: n, shownAtMs: t };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

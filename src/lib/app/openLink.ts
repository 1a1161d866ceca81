import { type NoticeLink, readLinkToken } from '../link/linkToken.ts';
import { checkingAgeMs, signingAgeMs } from '../store/linkKeys.ts';
import type { App } from './app.ts';
import { type Found, findIncident } from './listings.ts';

/** A link that opens: its incident, wherever that is kept. */
export type OpenLink = NoticeLink & Found & { readonly app: App; readonly token: string };

export type OpenedLink =
  | { readonly kind: 'open'; readonly open: OpenLink }
  /** Altered, or never ours. */
  | { readonly kind: 'unknown' }
  /** Its time is over, its keys were changed, or its incident is kept no longer. */
  | { readonly kind: 'ended' };

/** Looks where a link leads. It changes nothing: mail scanners follow links. */
export async function openLink(given: App, token: string, nowMs: number): Promise<OpenedLink> {
  const readBy = async (ageMs: number) => readLinkToken(await given.linkKeys.ring(ageMs, nowMs), token);
  const first = await readBy(checkingAgeMs);
  // Another instance may have signed it by a key that is newer than what is known here.
  const read = first.kind === 'unknown' ? await readBy(signingAgeMs) : first;
  if (read.kind !== 'valid') return read;
  const app = await given.latest();
  const found = await findIncident(app, read.link.incidentId);
  // What was signed did exist.
  if (!found) return { kind: 'ended' };
  const endedAtMs = found.file.incident.resolvedAtMs;
  if (endedAtMs !== null && endedAtMs + app.rules.linksValidForMs <= nowMs) return { kind: 'ended' };
  return { kind: 'open', open: { ...read.link, ...found, app, token } };
}

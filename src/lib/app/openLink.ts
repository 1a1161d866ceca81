import { readLinkToken } from '../link/linkToken.ts';
import { checkingAgeMs, signingAgeMs } from '../store/linkKeys.ts';
import type { App } from './app.ts';
import { findIncident } from './listings.ts';
import type { OpenIncident } from './openIncident.ts';

export type OpenedLink =
  | { readonly kind: 'open'; readonly open: OpenIncident }
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
  const { incidentId, receiver } = read.link;
  const page = {
    path: pathOf(app.publicUrl, token),
    formsOf: token,
    reader: { kind: 'link', receiver },
  } as const;
  return { kind: 'open', open: { ...found, ...page, app, incidentId } };
}

/** Where the pages of links are on this installation. */
export function pathOf(publicUrl: string | null, token: string): string {
  return `${basePath(publicUrl)}/l/${token}`;
}

/** The path that all pages of this installation are under; empty: the root. */
export function basePath(publicUrl: string | null): string {
  const base = publicUrl !== null && URL.canParse(publicUrl) ? new URL(publicUrl).pathname : '/';
  return base.replace(/\/$/, '');
}

import type { HttpRequest } from '@azure/functions';
import { type Access, type Admission, admit, fullAccess } from '../lib/access/access.ts';
import { principalOf } from '../lib/access/principal.ts';
import type { App } from '../lib/app/app.ts';

const principalHeader = 'x-ms-client-principal';

/** Who may see a page, and what they may do. */
export function admission({ rules, signIn }: Pick<App, 'rules' | 'signIn'>, request: HttpRequest): Admission {
  const host = new URL(request.url).hostname;
  const principal = principalOf(signIn, request.headers.get(principalHeader), host);
  return admit(principal, rules.access, signIn === 'platform');
}

/** Where people sign in, and come back to what they asked for. */
export function signInAddress({ url }: Pick<HttpRequest, 'url'>): string {
  const { pathname, search } = new URL(url);
  return `/.auth/login/aad?post_login_redirect_uri=${encodeURIComponent(`${pathname}${search}`)}`;
}

/**
 * What a call under `/api` may: everything, for the host lets programs in by their key; of somebody who has signed in too,
 * what they may. null: nothing.
 */
export function accessOfCall(app: Pick<App, 'rules' | 'signIn'>, request: HttpRequest): Access | null {
  if (app.signIn !== 'platform' || !request.headers.has(principalHeader)) return fullAccess;
  const admitted = admission(app, request);
  return admitted.kind === 'admitted' ? admitted.access : null;
}

import type { PlaceKey } from '../directory/placeKey.ts';
import type { AccessLimit } from '../policy/accessLimit.ts';
import type { Principal } from './principal.ts';

/** App roles: who may see, and who may also act. */
export const appRoles = { reader: 'reader', operator: 'operator' } as const;

/** What somebody may do. */
export type Access = {
  /** As others are to read it; null: an open local run, or a program. */
  readonly name: string | null;
  readonly mayAct: boolean;
  /** Ids of the sites that they may see and act on; null: all, and hubs and devices without a site too. */
  readonly sites: ReadonlySet<string> | null;
};

/** Whoever has a key, and whoever runs it locally. */
export const fullAccess: Access = { name: null, mayAct: true, sites: null };

/** `signIn`: nobody is known, and can be by signing in; `forbidden`: whoever it is may see nothing. */
export type Admission =
  | { readonly kind: 'admitted'; readonly access: Access }
  | { readonly kind: 'signIn' | 'forbidden' };

/**
 * What somebody may do: `reader` sees, `operator` also acts. Whoever has a role or group that is limited to sites sees
 * these alone, all of them together.
 *
 * @param canSignIn false: there is nothing to sign in with
 */
export function admit(principal: Principal, limits: readonly AccessLimit[], canSignIn: boolean): Admission {
  switch (principal.kind) {
    case 'local':
      return { kind: 'admitted', access: fullAccess };
    case 'nobody':
      return { kind: canSignIn ? 'signIn' : 'forbidden' };
    case 'person': {
      const roles = new Set(principal.roles);
      const mayAct = roles.has(appRoles.operator);
      if (!mayAct && !roles.has(appRoles.reader)) return { kind: 'forbidden' };
      const own = limits.filter(({ role }) => roles.has(role));
      const sites = own.length === 0 ? null : new Set(own.flatMap((limit) => limit.sites));
      return { kind: 'admitted', access: { name: principal.name, mayAct, sites } };
    }
    default:
      return principal satisfies never;
  }
}

/** Whether somebody may see a place, and with `operator` act on it. */
export function maySee({ sites }: Pick<Access, 'sites'>, place: PlaceKey): boolean {
  return sites === null || (place.kind === 'site' && sites.has(place.id));
}

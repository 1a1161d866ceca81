/** Somebody who has signed in. */
export type Person = {
  readonly name: string;
  /** App roles and groups, as the directory names them. */
  readonly roles: readonly string[];
};

/** Who asks: an open local run, somebody who has signed in, or nobody who is known. */
export type Principal =
  | { readonly kind: 'local' }
  | ({ readonly kind: 'person' } & Person)
  | { readonly kind: 'nobody' };

/**
 * How people sign in:
 * - `open`: a local run, for whoever reaches it on loopback;
 * - `platform`: App Service Authentication stands before the app and sets the header itself, whatever a caller sent;
 * - `off`: nobody can.
 */
export type SignIn = 'open' | 'platform' | 'off';

/**
 * Who asks. The header is believed only where the platform is known to set it: elsewhere anybody could.
 * @param header `X-MS-CLIENT-PRINCIPAL`
 * @param host the name in the address that was asked
 */
export function principalOf(signIn: SignIn, header: string | null, host: string): Principal {
  switch (signIn) {
    case 'open':
      return isLoopback(host) ? { kind: 'local' } : { kind: 'nobody' };
    case 'platform': {
      const person = header === null ? null : readPrincipal(header);
      return person === null ? { kind: 'nobody' } : { kind: 'person', ...person };
    }
    case 'off':
      return { kind: 'nobody' };
    default:
      return signIn satisfies never;
  }
}

/** A page elsewhere whose name leads to this machine is none of ours: the name itself must be the machine's. */
function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(host);
}

type Claim = { readonly typ: string; readonly val: string };

/** Types of claims that name an app role or a group, beside the one that the header names itself. */
const roleTypes = ['roles', 'groups', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'];
const nameTypes = [
  'name',
  'preferred_username',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name',
];

/**
 * Base64 of JSON with `name_typ`, `role_typ` and `claims` (learn.microsoft.com, "Work with user identities in Azure App
 * Service authentication"); null: it is none.
 */
function readPrincipal(header: string): Person | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(header, 'base64').toString('utf8'));
    if (typeof value !== 'object' || value === null) return null;
    const { claims, name_typ, role_typ } = value as { [field: string]: unknown };
    if (!Array.isArray(claims)) return null;
    const own = claims.filter(isClaim);
    const valuesOf = (types: readonly unknown[]) =>
      own.filter(({ typ }) => types.includes(typ)).map(({ val }) => val);
    const name = valuesOf([name_typ])[0] ?? valuesOf(nameTypes)[0];
    if (name === undefined || name.trim() === '') return null;
    return { name: name.trim().slice(0, 100), roles: [...new Set(valuesOf([role_typ, ...roleTypes]))] };
  } catch {
    return null;
  }
}

function isClaim(value: unknown): value is Claim {
  const { typ, val } = (value ?? {}) as Partial<Claim>;
  return typeof typ === 'string' && typeof val === 'string';
}

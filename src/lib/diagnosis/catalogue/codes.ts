import type { CatalogueOverrides } from './catalogueOverrides.ts';
import { type CodeEntry, type CodeFamily, families } from './codeEntry.ts';
import { exceptions } from './exceptions.ts';
import { listedCodes } from './listedCodes.ts';

/** Of a code that nobody lists, the HTTP status in its first three digits is all that is known. */
const byStatus: Readonly<Record<string, readonly [family: CodeFamily, name: string]>> = {
  '400': ['client', 'BadRequest'],
  '401': ['unauthorized', 'Unauthorized'],
  '403': ['unrelated', 'Forbidden'],
  '404': ['unrelated', 'NotFound'],
  '409': ['unrelated', 'Conflict'],
  '412': ['unrelated', 'PreconditionFailed'],
  '413': ['client', 'TooLarge'],
  '429': ['throttled', 'TooManyRequests'],
  '499': ['client', 'ClientClosedRequest'],
  '500': ['service', 'ServerError'],
  '502': ['service', 'BadGateway'],
  '503': ['service', 'Unavailable'],
  '504': ['service', 'GatewayTimeout'],
};

/** Rows of the service's own faults may carry a name and no code (docs/platform.md#codes-without-a-number). */
const nameless = /ServiceUnavailable|InternalServerError|ServerError|GenericTimeout/i;

/** Whether the documentation names the code; of others only the HTTP status in front is known. */
export function isListed(code: string): boolean {
  return listedCodes.has(code);
}

/** The entry of a code, of its family, or one that says that the code is not listed; never null. */
export function codeEntry(
  code: string,
  description = '',
  overrides?: CatalogueOverrides['codes'],
): CodeEntry {
  const entry = entryOf(code, description);
  const own = overrides?.[code];
  if (!own) return entry;
  return {
    ...entry,
    name: own.name ?? entry.name,
    meaning: own.meaning ?? entry.meaning,
    ...(own.steps ? { floor: own.steps, portal: [] } : {}),
  };
}

function entryOf(code: string, description: string): CodeEntry {
  const listed = listedCodes.get(code);
  if (listed) return { ...families[listed.family], ...listed, ...exceptions[code] };
  const [family, name] =
    byStatus[code.slice(0, 3)] ??
    (nameless.test(description)
      ? (['service', 'ServerError'] as const)
      : (['unrelated', 'Unknown'] as const));
  const meaning =
    family === 'unrelated'
      ? 'The documentation does not list this code; it does prove that the hub was reached.'
      : families[family].meaning;
  return { ...families[family], family, meaning, name: description === '' ? name : description };
}

/** What a row's code says; null for a row of a success or an orderly goodbye. */
export function familyOf(code: string, description = ''): CodeFamily | null {
  const listed = listedCodes.get(code);
  if (listed) return listed.family;
  if (code === '' || code === '0' || /^2\d\d/.test(code))
    return nameless.test(description) ? 'service' : null;
  return entryOf(code, description).family;
}

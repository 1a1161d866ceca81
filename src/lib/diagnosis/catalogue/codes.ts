import type { CatalogueOverrides } from './catalogueOverrides.ts';
import { clientCodes } from './clientCodes.ts';
import { attachDevice, attachHub, type CodeEntry, type CodeFamily, errorCodesPage } from './codeEntry.ts';
import { guideCodes } from './guideCodes.ts';
import { serviceCodes } from './serviceCodes.ts';

/** Every code that the documentation names (azure-facts §4). */
export const codes: Readonly<Record<string, CodeEntry>> = { ...guideCodes, ...clientCodes, ...serviceCodes };

const page = errorCodesPage;
const lookUp = 'Look the code up on the page "Troubleshoot Azure IoT Hub error codes".';

/** By the first three digits, which are an HTTP status. */
const families: Readonly<Record<string, CodeEntry>> = {
  '400': family('client', 'BadRequest', 'The hub could not use the request of the client.', 'no'),
  '401': family('unauthorized', 'Unauthorized', 'The hub did not accept the credentials.', 'no'),
  '403': family('administrative', 'Forbidden', 'The hub does not allow this.', 'no'),
  '404': family('administrative', 'NotFound', 'The hub does not know what the client asks for.', 'no'),
  '409': family(
    'replaced',
    'Conflict',
    'The request is in conflict with another one of this identity.',
    'single',
  ),
  '412': family('unrelated', 'PreconditionFailed', 'A condition of the request no longer held.', 'yes'),
  '413': family('client', 'TooLarge', 'The request of the client is too large.', 'no'),
  '429': family('throttled', 'TooManyRequests', 'The hub is throttling.', 'yes'),
  '499': family('client', 'ClientClosedRequest', 'The client closed the request.', 'yes'),
  '500': family('service', 'ServerError', 'The service met an internal fault.', 'yes'),
  '502': family('service', 'BadGateway', 'A gateway of the service failed.', 'yes'),
  '503': family('service', 'Unavailable', 'The service is not available at this moment.', 'yes'),
  '504': family('service', 'GatewayTimeout', 'The service did not answer in time.', 'yes'),
};

const strange = family('unrelated', 'Unknown', 'The documentation does not list this code.', 'single');

/** Rows of the service's own faults may carry a name and no code (azure-facts §4). */
const nameless = /ServiceUnavailable|InternalServerError|ServerError|GenericTimeout/i;

/** The entry of a code, of its family, or one that says that the code is not listed; never null. */
export function codeEntry(
  code: string,
  description = '',
  overrides?: CatalogueOverrides['codes'],
): CodeEntry {
  const found =
    codes[code] ?? families[code.slice(0, 3)] ?? (nameless.test(description) ? families['500']! : strange);
  const name = codes[code] || description === '' ? found.name : description;
  const own = overrides?.[code];
  if (!own) return { ...found, name };
  return {
    ...found,
    name: own.name ?? name,
    meaning: own.meaning ?? found.meaning,
    ...(own.steps ? { floor: own.steps, portal: [] } : {}),
  };
}

/** What a row's code says; null for a row of a success or an orderly goodbye. */
export function familyOf(code: string, description = ''): CodeFamily | null {
  if (code === '' || code === '0' || /^2\d\d/.test(code))
    return nameless.test(description) ? 'service' : null;
  return codeEntry(code, description).family;
}

function family(kind: CodeFamily, name: string, meaning: string, passes: CodeEntry['passes']): CodeEntry {
  const service = kind === 'service' || kind === 'throttled';
  const floor = service
    ? ['Nothing on site: leave the devices on, they reconnect by themselves.']
    : ['Note which client program and version the device runs, and what was changed last.'];
  return {
    name,
    meaning,
    family: kind,
    passes,
    floor,
    portal: [service ? 'Open the Resource health of the hub {hub} and Azure status for its region.' : lookUp],
    attach: service ? attachHub : attachDevice,
    documentation: page,
  };
}

import { expect, it } from 'vitest';
import { isStorageFault } from '../../../src/lib/store/storageFault.ts';

const status = (statusCode: number) => Object.assign(new Error(), { statusCode });
const coded = (code: string) => Object.assign(new Error(), { code });
const named = (name: string) => Object.assign(new Error(), { name });

it.each([
  { what: 'a status of 500', error: status(500), fault: true },
  { what: 'a status of 503', error: status(503), fault: true },
  { what: 'a status of 408', error: status(408), fault: true },
  { what: 'a status of 429', error: status(429), fault: true },
  { what: 'a status of 400', error: status(400), fault: false },
  { what: 'a status of 403', error: status(403), fault: false },
  { what: 'a status of 404', error: status(404), fault: false },
  { what: 'a refused connection', error: coded('ECONNREFUSED'), fault: true },
  { what: 'a broken connection', error: coded('ECONNRESET'), fault: true },
  { what: 'a request that was not sent', error: coded('REQUEST_SEND_ERROR'), fault: true },
  { what: 'silence until the deadline', error: named('AbortError'), fault: true },
  { what: 'a time-out', error: named('TimeoutError'), fault: true },
  { what: 'a mistake of our own', error: new TypeError('x is undefined'), fault: false },
  { what: 'a missing file', error: coded('ENOENT'), fault: false },
  { what: 'nothing', error: null, fault: false },
])('$what is a fault of storage that passes: $fault', ({ error, fault }) => {
  expect(isStorageFault(error)).toBe(fault);
});

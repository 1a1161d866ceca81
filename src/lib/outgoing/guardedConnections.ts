import { Agent } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { type AddressRules, resolveAllowed } from './addressGuard.ts';
import { perAddressMs } from './connectPatience.ts';
import { reach } from './environmentProxy.ts';

/**
 * For a client of the Azure SDK whose address somebody configured: it connects to allowed addresses alone, looked at by
 * the very look-up that the connection is made by. Through a proxy too, as far as we can look up the name.
 *
 * @throws {PrivateAddressError} from the request, where the name leads to another address
 */
export function guardedConnections(rules: () => AddressRules): PipelinePolicy {
  return {
    name: 'guardedConnections',
    async sendRequest(request, next) {
      if (request.proxySettings) {
        await reach(new URL(request.url), rules(), process.env);
        return next(request);
      }
      if (request.agent) return next(request);
      // Literal addresses are never looked up.
      await resolveAllowed(new URL(request.url).hostname, rules());
      request.agent = new Agent({
        lookup: guardedLookup(rules),
        autoSelectFamily: true,
        autoSelectFamilyAttemptTimeout: perAddressMs(request.timeout || 10_000, 2),
      });
      return next(request);
    },
  };
}

function guardedLookup(rules: () => AddressRules): LookupFunction {
  return (hostname, options, callback) => {
    resolveAllowed(hostname, rules()).then(
      (addresses) => {
        if (options.all) callback(null, addresses);
        else callback(null, addresses[0]!.address, addresses[0]!.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

import type { LookupAddress } from 'node:dns';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type LookupFunction, setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import type { PipelinePolicy } from '@azure/core-rest-pipeline';

// Node.js tries the addresses of a host one after the other and gives each but the last 250 ms
// (nodejs.org/api/net.html, autoSelectFamilyAttemptTimeout). A slow handshake loses a good address by that, long before
// the time-out that was configured: a lost SYN alone is sent again only after a second (RFC 6298).

/** Longer than two repeats of a SYN, after one and after two more seconds. */
const patienceMs = 3_500;

/** For every client of the process that has no setting of its own. */
export function connectPatiently(): void {
  setDefaultAutoSelectFamilyAttemptTimeout(patienceMs);
}

/**
 * How long one address is tried when `addresses` share the time-out: a dead one leaves the others their part.
 */
export function perAddressMs(timeoutMs: number, addresses: number): number {
  return Math.max(1, Math.floor(timeoutMs / addresses));
}

/** Has a connection made to these addresses and to no others. */
export function answering(addresses: readonly LookupAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    if (options.all) callback(null, [...addresses]);
    else callback(null, addresses[0]!.address, addresses[0]!.family);
  };
}

const agents = new Map<string, HttpAgent>();

/** For clients of the Azure SDK, whose calls name their time-out: half of it is for the first address. */
export const connectPatience: PipelinePolicy = {
  name: 'connectPatience',
  sendRequest(request, next) {
    if (request.timeout > 0) request.agent ??= agentFor(request.url, perAddressMs(request.timeout, 2));
    return next(request);
  },
};

function agentFor(url: string, attemptMs: number): HttpAgent {
  const secure = url.startsWith('https:');
  const key = `${secure} ${attemptMs}`;
  const options = { keepAlive: true, autoSelectFamily: true, autoSelectFamilyAttemptTimeout: attemptMs };
  const agent = agents.get(key) ?? (secure ? new HttpsAgent(options) : new HttpAgent(options));
  agents.set(key, agent);
  return agent;
}

import { type LookupAddress, lookup } from 'node:dns';
import type { AgentOptions } from 'node:http';
import type { LookupFunction } from 'node:net';
import { type AddressRules, isLoopbackHost, resolveAllowed } from './addressGuard.ts';
import { answering } from './connectPatience.ts';

/** The settings that Node.js reads for its agents (nodejs.org/api/http.html, "Built-in Proxy Support"). */
type Environment = Readonly<Record<string, string | undefined>>;

const unknownCodes = ['ENOTFOUND', 'EAI_AGAIN'];

/** Where a host was looked up to, or why it could not be. */
export type Reached = readonly LookupAddress[] | NodeJS.ErrnoException;

/**
 * Looks up what a URL leads to. Behind a proxy names of the outside may mean nothing to us: then the proxy looks them up.
 * @throws {PrivateAddressError} where it leads into our own network; {Error} with `code` where nothing else finds it
 */
export async function reach(url: URL, rules: AddressRules, environment: Environment): Promise<Reached> {
  try {
    return await resolveAllowed(url.hostname, rules);
  } catch (fault) {
    const code = fault instanceof Error && 'code' in fault ? String(fault.code) : '';
    if (!unknownCodes.includes(code) || proxyFor(url, environment) === null) throw fault;
    return Object.assign(new Error(code), { code });
  }
}

/**
 * How an agent connects: through the proxy that the environment names for this URL (`HTTPS_PROXY`, `HTTP_PROXY`, but for
 * hosts in `NO_PROXY`), else to the addresses that were found and to no others. This machine is never asked for by a proxy.
 */
export function connecting(url: URL, reached: Reached, environment: Environment): AgentOptions {
  const proxy = proxyFor(url, environment);
  const ownLookup: LookupFunction = (host, options, callback) => {
    // The owner of the environment has chosen the proxy; whatever else is looked up is what was found.
    if (host === proxy && host !== url.hostname) lookup(host, options, callback as () => void);
    else if (reached instanceof Error) callback(reached, '');
    else answering(reached)(host, options, callback);
  };
  return { lookup: ownLookup, ...(proxy === null ? {} : { proxyEnv: environment }) };
}

/** The host of the proxy that the environment names, were it not for `NO_PROXY`; null: there is none. */
function proxyFor({ protocol, hostname }: URL, environment: Environment): string | null {
  const name = protocol === 'http:' ? 'HTTP_PROXY' : 'HTTPS_PROXY';
  const proxy = environment[name.toLowerCase()] || environment[name];
  if (!proxy || isLoopbackHost(hostname)) return null;
  return URL.parse(proxy)?.hostname ?? '';
}

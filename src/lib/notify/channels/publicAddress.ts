import type { LookupAddress, LookupOptions } from 'node:dns';
import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Thrown when a URL leads to an address inside our own network instead of the public internet. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';

  constructor() {
    super("the webhook's host name leads to a loopback, private or reserved address");
  }
}

/** Whether an IP address is neither loopback, private, link-local nor otherwise reserved; IPv4 inside IPv6 counts as IPv4. */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

/**
 * Resolves like `dns.lookup` and refuses unless all answers are public. As the `lookup` of a request it sees the very
 * address that is connected to, so a name cannot answer once for the check and differently for the connection.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  const all: LookupOptions & { all: true } = { ...(options as LookupOptions), all: true };
  lookup(hostname, all, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, []);
    const [first] = addresses;
    if (!first || !addresses.every(({ address }) => isPublicAddress(address))) {
      return callback(new PrivateAddressError(), []);
    }
    if (options.all) return callback(null, addresses);
    return callback(null, first.address, first.family);
  });
};

import { type LookupAddress, lookup } from 'node:dns';
import ipaddr from 'ipaddr.js';

/** Which hosts outgoing calls may reach. */
export type AddressRules = {
  /** A local run: every address is accepted, and plain http. */
  readonly development: boolean;
  /** Names and addresses of hosts inside a private network that are accepted all the same. */
  readonly allowHosts: readonly string[];
};

/** Thrown when a URL leads to an address inside our own network instead of the public internet. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';

  constructor() {
    super('the host name leads to a loopback, private or reserved address');
  }
}

/**
 * Azure's wire server: the platform's own services (DNS, health probes, the guest agent) at an address that looks public
 * (learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16).
 */
const wireServer = '168.63.129.16';

/**
 * Whether an IP address is public: neither loopback, private, link-local nor otherwise reserved, and not Azure's wire
 * server. IPv4 inside IPv6 counts as IPv4.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return parsed.range() === 'unicast' && parsed.toString() !== wireServer;
}

/** Whether the host of a URL may be called, as far as its text tells. A name is looked at again when it is resolved. */
export function isAllowedHost(hostname: string, rules: AddressRules): boolean {
  if (rules.development || isListedHost(hostname, rules)) return true;
  const host = canonical(hostname);
  return ipaddr.isValid(host) ? isPublicAddress(host) : !/(^|\.)localhost$/.test(host);
}

/**
 * Resolves the host of a URL. Connect to the addresses that it returns and to no others: then a name cannot answer once
 * for the check and differently for the connection.
 * @throws {PrivateAddressError} unless every address may be called; {Error} with `code` when there is none
 */
export async function resolveAllowed(hostname: string, rules: AddressRules): Promise<LookupAddress[]> {
  const addresses = await allAddresses(hostname.replace(/^\[|\]$/g, ''));
  const allowed = (address: string) => isPublicAddress(address) || isListedHost(address, rules);
  if (
    rules.development ||
    isListedHost(hostname, rules) ||
    addresses.every(({ address }) => allowed(address))
  ) {
    return addresses;
  }
  throw new PrivateAddressError();
}

function allAddresses(hostname: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    lookup(hostname, { all: true }, (error, addresses) => {
      if (error) reject(error);
      else if (addresses.length === 0) reject(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }));
      else resolve(addresses);
    });
  });
}

/** Whether the host is this machine, as far as its text tells. */
export function isLoopbackHost(hostname: string): boolean {
  const host = canonical(hostname);
  return ipaddr.isValid(host) ? ipaddr.process(host).range() === 'loopback' : /(^|\.)localhost$/.test(host);
}

/** Whether the owner allows this host by name or address. */
export function isListedHost(host: string, { allowHosts }: Pick<AddressRules, 'allowHosts'>): boolean {
  const wanted = canonical(host);
  return allowHosts.some((listed) => canonical(listed) === wanted);
}

/** Names without case and without the dot of the root; addresses in their shortest form. */
function canonical(host: string): string {
  const bare = host.toLowerCase().replace(/^\[|\]$|\.$/g, '');
  return ipaddr.isValid(bare) ? ipaddr.process(bare).toString() : bare;
}

/** What is wrong with an entry of `allowHosts`, in words that follow it; null: nothing. */
export function allowedHostFault(text: string): string | null {
  const isName = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/i;
  return ipaddr.isValid(text) || isName.test(text)
    ? null
    : 'is not a host; use a bare name or address, like alerts.intern.example or 10.2.0.5';
}

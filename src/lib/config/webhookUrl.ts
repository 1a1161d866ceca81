import { BlockList, isIP } from 'node:net';

/** Loopback, link-local, private and shared ranges (RFC 1122, 1918, 3927, 4193, 4291, 6598). */
const internal = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  internal.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  internal.addSubnet(network, prefix, 'ipv6');
}

/** What is wrong with the address of a webhook, in words that follow it; null: nothing. Names nothing of the address. */
export function webhookUrlFault(text: string, development: boolean): string | null {
  const url = URL.parse(text);
  const schemes = development ? 'https:// or http://' : 'https://';
  if (!url || !/^https?:$/.test(url.protocol)) {
    return `is not the address of a webhook; use a full one that begins with ${schemes}`;
  }
  if (url.username !== '' || url.password !== '') {
    return 'holds a user name or password, which requests do not carry; use an address without them';
  }
  if (development) return null;
  if (url.protocol === 'http:') return 'is not encrypted; use https:// (http:// is for local runs)';
  if (isInternal(url.hostname)) {
    return 'points into a private network or at this machine; use a public host (others are for local runs)';
  }
  return null;
}

function isInternal(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$|\.$/g, '');
  if (/(^|\.)localhost$/.test(host)) return true;
  const family = isIP(host);
  return family !== 0 && internal.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

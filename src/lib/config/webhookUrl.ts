import ipaddr from 'ipaddr.js';

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
  return ipaddr.isValid(host) && ipaddr.process(host).range() !== 'unicast';
}

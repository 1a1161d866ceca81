import { type AddressRules, isAllowedHost } from '../../outgoing/addressGuard.ts';

/** What is wrong with the address of a webhook, in words that follow it; null: nothing. Names nothing of the address. */
export function webhookUrlFault(text: string, rules: AddressRules): string | null {
  const url = URL.parse(text);
  const schemes = rules.development ? 'https:// or http://' : 'https://';
  if (!url || !/^https?:$/.test(url.protocol)) {
    return `is not a web address; use a full address that begins with ${schemes}`;
  }
  if (url.username !== '' || url.password !== '') {
    return 'contains a user name or password, which requests do not send; remove them';
  }
  if (rules.development) return null;
  if (url.protocol === 'http:') return 'is not encrypted; use https:// (http:// is for local runs)';
  if (!isAllowedHost(url.hostname, rules)) {
    return 'points into a private network or at this machine; use a public host, or name this one in allowHosts';
  }
  return null;
}

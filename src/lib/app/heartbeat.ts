import { httpPost } from '../notify/delivery/httpPost.ts';
import type { AddressRules } from '../outgoing/addressGuard.ts';

const timeoutMs = 10_000;

/** Calls whoever waits for the responder's heartbeat. What went wrong in words, without the address; null: nothing. */
export async function callHeartbeat(url: string, rules: AddressRules): Promise<string | null> {
  const request = {
    method: 'GET',
    url,
    named: 'its address',
    headers: {},
    body: '',
    reads: false,
    timeoutMs,
  } as const;
  const reply = await httpPost(request, rules);
  if (reply.kind === 'answered') {
    return reply.status >= 200 && reply.status <= 299 ? null : `HTTP ${reply.status}`;
  }
  return reply.result.kind === 'sent' ? null : reply.result.error;
}

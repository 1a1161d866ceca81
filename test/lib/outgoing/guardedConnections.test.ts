import { createPipelineRequest } from '@azure/core-rest-pipeline';
import { expect, it } from 'vitest';
import { PrivateAddressError } from '../../../src/lib/outgoing/addressGuard.ts';
import { guardedConnections } from '../../../src/lib/outgoing/guardedConnections.ts';

const proxySettings = { host: 'http://proxy.example', port: 3128 };

/** Whether a request leaves through the guard. */
async function leaves(host: string, allowHosts: readonly string[], proxied: boolean): Promise<boolean> {
  const { sendRequest } = guardedConnections(() => ({ development: false, allowHosts }));
  const request = createPipelineRequest({
    url: `https://${host}/api/events`,
    ...(proxied ? { proxySettings } : {}),
  });
  let passed = false;
  const answer = sendRequest(request, async () => {
    passed = true;
    return { request, status: 200, headers: request.headers };
  });
  await answer.catch((error) => expect(error).toBeInstanceOf(PrivateAddressError));
  return passed;
}

it.each([
  ['a name that leads to this machine', 'localhost', [], false, false],
  ['the same through a proxy', 'localhost', [], true, false],
  ['a private address through a proxy', '10.0.0.4', [], true, false],
  ['a host that the owner has listed, through a proxy', 'localhost', ['localhost'], true, true],
  ['a public address', '203.0.113.9', ['203.0.113.9'], false, true],
] as const)('%s: %s', async (_, host, allowHosts, proxied, goes) => {
  expect(await leaves(host, allowHosts, proxied)).toBe(goes);
});

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createLogAnalytics } from '../../../src/lib/diagnosis/logs/logAnalytics.ts';

const sockets: Socket[] = [];
const identity = createServer((socket) => void sockets.push(socket.on('error', () => {})));

beforeAll(async () => {
  identity.listen(0, '127.0.0.1');
  await once(identity, 'listening');
  vi.stubEnv('IDENTITY_ENDPOINT', `http://127.0.0.1:${(identity.address() as AddressInfo).port}/token`);
  vi.stubEnv('IDENTITY_HEADER', 'header');
  // Loading them is no part of what is measured here.
  await Promise.all([import('@azure/monitor-query'), import('@azure/identity')]);
});

afterAll(() => {
  vi.unstubAllEnvs();
  for (const socket of sockets) socket.destroy();
  identity.close();
});

it('an identity that never gives a token holds a question to the logs as long as its budget', async () => {
  const logs = createLogAnalytics({ workspaceId: 'w', endpoint: 'https://127.0.0.1:9' });
  const startMs = performance.now();
  const question = { query: 'AzureDiagnostics', fromMs: 0, toMs: 1 };
  expect(await logs.ask(question as Parameters<typeof logs.ask>[0], 1_000)).toEqual({ kind: 'timedOut' });
  expect(performance.now() - startMs).toBeLessThan(2_500);
});

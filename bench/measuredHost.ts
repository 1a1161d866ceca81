// The functions in a process of their own, which tells by message what it has used: storage calls and processor time.
import { subscribe } from 'node:diagnostics_channel';
import path from 'node:path';
import { startHost } from '../local/host/startHost.ts';

/** Since the process began. */
export type Used = { readonly calls: number; readonly processorMs: number };

let calls = 0;
const storage = new URL(
  /TableEndpoint=([^;]+)/.exec(process.env.AzureWebJobsStorage ?? '')?.[1] ?? 'http://none',
);
subscribe('http.client.request.start', (message) => {
  const { request } = message as { request: { getHeader(name: string): unknown } };
  if (request.getHeader('host') === storage.host) calls += 1;
});

const root = path.resolve(import.meta.dirname, '..');
const host = await startHost({ root, port: 0, env: process.env });
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ calls, processorMs: (user + system) / 1_000 } satisfies Used);
});
process.on('disconnect', () => void host.stop().then(() => process.exit(0)));
process.send?.({ url: host.url });

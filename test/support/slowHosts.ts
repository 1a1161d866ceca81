import dns from 'node:dns';
import { once } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

// A listener that does not accept: the kernel fills its queue of connections and drops every SYN after that, which the
// client sends again after a second. `awakeAfterMs`: from then on it accepts, and answers each request with 200.
const listener = `
const { workerData, parentPort } = require('node:worker_threads');
const http = require('node:http');
const server = http.createServer((request, response) => request.resume().on('end', () => response.end()));
server.listen({ host: workerData.host, port: workerData.port, backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, workerData.awakeAfterMs);
});
`;

/** What a queue of `backlog: 1` holds on Linux, and one more that has to wait. */
const queued = 2;
const fillers = queued + 1;

export type SlowHost = { readonly port: number; readonly close: () => Promise<void> };

/** Listens at a loopback address and completes no handshake until `awakeAfterMs`. @param port 0: a free one */
export async function slowHost(host: string, port: number, awakeAfterMs: number): Promise<SlowHost> {
  const worker = new Worker(listener, { eval: true, workerData: { host, port, awakeAfterMs } });
  const [listening] = (await once(worker, 'message')) as [number];
  const sockets: Socket[] = Array.from({ length: fillers }, () =>
    connect(listening, host).on('error', () => {}),
  );
  await Promise.all(sockets.slice(0, queued).map((socket) => once(socket, 'connect')));
  return {
    port: listening,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await worker.terminate();
    },
  };
}

const original = dns.lookup;

/** Lets names lead to these addresses, for every client of the process; null: the question is never answered. */
export function resolveNames(names: Readonly<Record<string, readonly string[] | null>>): void {
  const lookup = (host: string, options: dns.LookupOptions, callback: (...answer: unknown[]) => void) => {
    if (!Object.hasOwn(names, host)) {
      original(host, options as dns.LookupAllOptions, callback);
      return;
    }
    const addresses = names[host]?.map((address) => ({ address, family: 4 }));
    if (!addresses) return;
    if (options.all) callback(null, addresses);
    else callback(null, addresses[0]?.address, 4);
  };
  replaceLookup(lookup as typeof dns.lookup);
}

export function resolveAsBefore(): void {
  replaceLookup(original);
}

function replaceLookup(lookup: typeof dns.lookup): void {
  dns.lookup = lookup;
  syncBuiltinESMExports();
}

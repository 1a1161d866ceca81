import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startAzurite } from '../../local/azurite.ts';
import { planFleet } from '../../local/fleet/fleetPlan.ts';
import { writeFleet } from '../../local/fleet/writeFleet.ts';
import { type Child, startChild } from '../../local/processChild.ts';
import { eventGridEvent } from '../../local/scenarios/iotHub.ts';
import { createMetaRows } from '../../src/lib/store/metaRows.ts';
import { createTableRows } from '../../src/lib/store/tableRows.ts';
import { type Figure, figure, type Part } from '../figure.ts';
import type { Used } from '../measuredHost.ts';

/** How large it is. `down`: devices of one incident. `lost`: devices that are lost while people look. */
export type PagesSize = {
  readonly sites: number;
  readonly devices: number;
  readonly down: number;
  readonly lost: number;
};

const root = path.resolve(import.meta.dirname, '../..');
const [hub, outageHub] = ['hub-fleet-01', 'hub-outage-01'];
const [readers, everyMs, ofSite, inBatch] = [20, 10_000, 20, 50];
const rounds = 6;
const mostTries = 30;
const dayMs = 24 * 60 * 60_000;

const config = (hookUrl: string) => `
sitePattern: "^(?<site>[a-z0-9]+)-"
policy: { offlineAfter: 3s, recoveredAfter: 2s, groupWait: 2s, groupInterval: 6s }
receivers: { on-call: { webhook: { url: "${hookUrl}", secret: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD" } } }
routes: [{ per: site, to: [on-call] }]
`;

/** Pages and lists of a large fleet, and what it costs a delivery that people look meanwhile, on Azurite. */
export const pages = (size: PagesSize): Part => ({
  title: `Pages of ${size.devices} devices of ${size.sites} sites, on Azurite, fastest of ${rounds}`,
  async measure() {
    const built = await startChild({ module: path.join(root, 'build.mjs') }).exited;
    if (built !== 0) throw new Error('the build failed');
    const folder = mkdtempSync(path.join(tmpdir(), 'responder-bench-'));
    const [azurite, hook] = [await startAzurite(), await catchHooks()];
    const hosts: Host[] = [];
    try {
      const file = path.join(folder, 'responder.config.yaml');
      writeFileSync(file, config(hook.url));
      const { connectionString } = azurite;
      const rows = createTableRows({ kind: 'connectionString', connectionString }, 'Fleet');
      const quiet = () => {};
      await writeFleet(rows, planFleet(hub, size.sites, size.devices, 3), Date.now(), quiet);
      await writeFleet(rows, { hub: outageHub, sites: [2 * size.down], inTrouble: 1 }, Date.now(), quiet);
      // As on any day but the first, on which every site is counted within a minute.
      const day = Math.floor(Date.now() / dayMs);
      await createMetaRows(rows).write('history', { droppedDay: day, countedDay: day }, null);
      const start = async () => {
        const host = await startMeasured(connectionString, file);
        hosts.push(host);
        return host;
      };
      const first = await start();
      await hook.heard(4);
      const figures = await sizes(first, size);
      figures.push(...(await withReaders(first, hook, size.lost)));
      await first.stop();
      const cold = await start();
      const page = await cold.get('/status');
      figures.push(figure('sites, the first page of a new instance: server time', page.serverMs, 'ms'));
      return figures;
    } finally {
      await Promise.all(hosts.map((host) => host.stop()));
      hook.close();
      await azurite.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
});

/** What each page and list takes when the instance is warm. */
async function sizes(host: Host, { devices }: PagesSize): Promise<Figure[]> {
  const incidents = JSON.parse((await host.get(`/api/incidents?hub=${outageHub}`)).text) as {
    items: { incidentId: string }[];
  };
  const asked: Readonly<Record<string, string>> = {
    sites: '/status',
    'sites, a search': '/status?q=s0007',
    'a large site': `/status/sites/${hub}/s0001`,
    'a large site, a search': `/status/sites/${hub}/s0001?q=00007`,
    'an incident': `/status/incidents/${incidents.items[0]!.incidentId}`,
    'the list of sites': '/api/sites',
    'devices of a large site': `/api/devices?hub=${hub}&site=s0001`,
    'devices that are offline': '/api/devices?phase=offline',
    'a device by its id': `/api/devices?q=s0007-device-00001`,
  };
  const figures: Figure[] = [figure('devices of the fleet', devices, 'devices')];
  for (const [what, address] of Object.entries(asked)) {
    const tries: (Answer & Used)[] = [];
    for (let round = 0; round < rounds; round++) {
      const before = await host.used();
      const answer = await host.get(address);
      const after = await host.used();
      tries.push({
        ...answer,
        calls: after.calls - before.calls,
        processorMs: after.processorMs - before.processorMs,
      });
    }
    const least = (of: (one: Answer & Used) => number) => Math.min(...tries.map(of));
    const { text } = tries[0]!;
    figures.push(
      figure(
        `${what}: server time`,
        least(({ serverMs }) => serverMs),
        'ms',
        300,
      ),
      figure(
        `${what}: processor time`,
        least(({ processorMs }) => processorMs),
        'ms',
      ),
      figure(
        `${what}: storage`,
        least(({ calls }) => calls),
        'calls',
      ),
      figure(
        `${what}: size`,
        Buffer.byteLength(text) / 1_024,
        'KB',
        address.startsWith('/status') ? 100 : null,
      ),
    );
    if (address !== '/status') continue;
    const loads = [...text.matchAll(/<(?:script|link|img)\b[^>]*?\b(?:src|href)="([^"]+)"/g)];
    figures.push(figure(`${what}: requests with all that it loads`, 1 + loads.length, 'requests', 5));
  }
  return figures;
}

/** An outage told without anybody who looks, then another one while 20 people do. */
async function withReaders(host: Host, hook: Hook, lost: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  const told: number[] = [];
  for (const [round, what] of ['nobody looks', `${readers} people look`].entries()) {
    const looking = new AbortController();
    let looks = 0;
    const people = Array.from({ length: round === 0 ? 0 : readers }, async (_, person) => {
      await sleep((person * everyMs) / readers, undefined, { signal: looking.signal }).catch(() => {});
      while (!looking.signal.aborted) {
        await host.get('/status');
        looks += 1;
        await sleep(everyMs, undefined, { signal: looking.signal }).catch(() => {});
      }
    });
    const before = await host.used();
    const received = await loses(host, `o${round}`, lost);
    const endedMs = performance.now();
    await hook.heard(4 + (round + 1) * (lost / ofSite));
    told.push((performance.now() - endedMs) / 1_000);
    const after = await host.used();
    looking.abort();
    await Promise.all(people);
    received.sort((a, b) => a - b);
    figures.push(
      figure(`${lost} devices lost, ${what}: to the last notice`, told[round]!, 's'),
      figure(
        `${lost} devices lost, ${what}: a delivery of ${inBatch} events`,
        received[received.length >> 1]!,
        'ms',
      ),
      figure(`${lost} devices lost, ${what}: storage`, after.calls - before.calls, 'calls'),
    );
    if (round > 0) figures.push(figure(`${lost} devices lost, ${what}: pages`, looks, 'pages'));
  }
  // Hold and `groupWait` are in both; a busy machine makes more of a difference than the readers.
  figures.push(figure('to the last notice, with readers by without', told[1]! / told[0]!, 'times', 1.5));
  return figures;
}

/** Connects devices and loses them; how long each delivery of losses took, milliseconds. */
async function loses(host: Host, name: string, lost: number): Promise<number[]> {
  const took: number[] = [];
  for (const [sequence, kind] of [
    [1, 'DeviceConnected'],
    [2, 'DeviceDisconnected'],
  ] as const) {
    for (let from = 0; from < lost; from += inBatch) {
      const events = Array.from({ length: Math.min(inBatch, lost - from) }, (_, n) => {
        const index = from + n;
        const deviceId = `${name}x${Math.floor(index / ofSite)}-press-${index}`;
        return eventGridEvent({ kind, deviceId, atMs: Date.now(), sequence });
      });
      const beganMs = performance.now();
      await host.deliver(events);
      if (sequence === 2) took.push(performance.now() - beganMs);
    }
  }
  return took;
}

type Answer = { readonly text: string; readonly serverMs: number };

type Host = {
  get(address: string): Promise<Answer>;
  deliver(events: readonly object[]): Promise<void>;
  used(): Promise<Used>;
  stop(): Promise<void>;
};

async function startMeasured(storage: string, file: string): Promise<Host> {
  const child: Child = startChild({
    module: path.join(root, 'bench/measuredHost.ts'),
    env: {
      ...process.env,
      AzureWebJobsStorage: storage,
      RESPONDER_CONFIG: file,
      AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
      AzureWebJobsDisableHomepage: 'true',
      LOG_ANALYTICS_WORKSPACE_ID: 'none',
      LOCAL_RECEIVERS: 'off',
      AzureFunctionsJobHost__logging__logLevel__default: 'Error',
      'AzureFunctionsJobHost__logging__logLevel__Function.receiveConnectionEvent.User': 'Error',
    },
  });
  const says = async () => (await once(child.process, 'message'))[0] as unknown;
  const { url } = (await says()) as { url: string };
  return {
    async get(address) {
      const answer = await fetch(`${url}${address}`);
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${address}: ${answer.status} ${text.slice(0, 300)}`);
      return { text, serverMs: Number(/dur=([\d.]+)/.exec(answer.headers.get('server-timing') ?? '')?.[1]) };
    },
    // Again and again, as Event Grid does: Azurite gives up on a write now and then when its table is large.
    async deliver(events) {
      for (let tries = 1; ; tries++) {
        const answer = await fetch(`${url}/runtime/webhooks/eventgrid?functionName=receiveConnectionEvent`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'aeg-event-type': 'Notification' },
          body: JSON.stringify(events),
        });
        const text = await answer.text();
        if (answer.ok) return;
        if (tries === mostTries) throw new Error(`events: ${answer.status} ${text}`);
        await sleep(1_000);
      }
    },
    async used() {
      const said = says();
      child.process.send('used');
      return (await said) as Used;
    },
    stop: async () => void (await child.stop(6_000)),
  };
}

type Hook = { readonly url: string; heard(count: number): Promise<void>; close(): void };

/** A receiver that counts what it is told. */
async function catchHooks(): Promise<Hook> {
  let count = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      count += 1;
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    async heard(wanted) {
      const untilMs = performance.now() + 300_000;
      while (count < wanted) {
        if (performance.now() > untilMs) throw new Error(`${count} notices instead of ${wanted}`);
        await sleep(50);
      }
    },
    close: () => server.close(),
  };
}

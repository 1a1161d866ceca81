import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningLocalCloud, startLocalCloud } from '../../../local/cloud/localCloud.ts';
import { createConnectedDevices } from '../../../src/lib/diagnosis/connectedDevices.ts';

const nowMs = Date.parse('2026-03-04T09:20:00Z');
const hub = '/subscriptions/1111/resourceGroups/rg-fleet/providers/Microsoft.Devices/IotHubs/hub-fleet-01';
const trusted = tls.getCACertificates();
let identity: RunningLocalCloud;
let manager: Server;
let asked: URL;
let status = 200;

/** As Azure Resource Manager answers; a minute without a value has no average. */
const answer = {
  cost: 0,
  timespan: '2026-03-04T08:10:00Z/2026-03-04T09:20:00Z',
  interval: 'PT1M',
  value: [
    {
      id: 'x',
      type: 'Microsoft.Insights/metrics',
      name: { value: 'connectedDeviceCount' },
      unit: 'Count',
      timeseries: [
        {
          metadatavalues: [],
          data: [
            { timeStamp: '2026-03-04T08:20:00Z', average: 1000 },
            { timeStamp: '2026-03-04T09:18:00Z', average: 600 },
            { timeStamp: '2026-03-04T09:19:00Z' },
          ],
        },
      ],
    },
  ],
};

beforeAll(async () => {
  identity = await startLocalCloud({ port: 0 });
  const altNames = [{ type: 7 as const, ip: '127.0.0.1' }];
  const pem = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  manager = createServer({ key: pem.private, cert: pem.cert }, (request, response) => {
    asked = new URL(request.url ?? '', 'https://127.0.0.1');
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        status === 200 ? answer : { error: { code: 'AuthorizationFailed', message: 'no role' } },
      ),
    );
  });
  await new Promise<void>((resolve) => manager.listen(0, '127.0.0.1', resolve));
  tls.setDefaultCACertificates([...trusted, pem.cert]);
  process.env.IDENTITY_ENDPOINT = `${identity.url}/identity/token`;
  process.env.IDENTITY_HEADER = 'local';
});

afterAll(async () => {
  tls.setDefaultCACertificates(trusted);
  delete process.env.IDENTITY_ENDPOINT;
  delete process.env.IDENTITY_HEADER;
  manager.closeAllConnections();
  await new Promise((resolve) => manager.close(resolve));
  await identity.close();
});

describe('connectedDevices', () => {
  const devices = () =>
    createConnectedDevices(`https://127.0.0.1:${(manager.address() as AddressInfo).port}`);

  it('reads the hub’s count, minute by minute, and leaves out minutes without a value', async () => {
    expect(await devices().read(hub, nowMs, 5_000)).toEqual({
      kind: 'samples',
      samples: [
        { atMs: Date.parse('2026-03-04T08:20:00Z'), devices: 1000 },
        { atMs: Date.parse('2026-03-04T09:18:00Z'), devices: 600 },
      ],
    });
    expect(asked.pathname).toBe(`${hub}/providers/Microsoft.Insights/metrics`);
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      metricnames: 'connectedDeviceCount',
      aggregation: 'Average',
      interval: 'PT1M',
    });
  });

  it('tells a missing role as a failure', async () => {
    status = 403;
    expect(await devices().read(hub, nowMs, 5_000)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('no role'),
    });
  });
});

import tls from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningLocalCloud, startLocalCloud } from '../../../local/cloud/localCloud.ts';
import { createHubMetrics, type HubMetrics } from '../../../src/lib/hubWatch/hubMetrics.ts';
import { hubResourceId } from '../../support/events.ts';

const minuteMs = 60_000;
const nowMs = Date.parse('2026-03-04T09:00:00Z');
const resourceId = hubResourceId.toLowerCase();
const rows = [3, 2].map((ago) => ({
  resourceId,
  metric: 'connectedDeviceCount',
  timestamp: new Date(nowMs - ago * minuteMs).toISOString(),
  average: 1000.5 - ago,
}));

let cloud: RunningLocalCloud;
let metrics: HubMetrics;
const trusted = tls.getCACertificates();

const ask = (id = hubResourceId) => metrics.connectedDevices(id, nowMs - 5 * minuteMs, nowMs);

async function tell(method: string, path: string, body?: unknown): Promise<void> {
  const text = body === undefined ? null : JSON.stringify(body);
  expect((await fetch(`${cloud.url}${path}`, { method, body: text })).ok).toBe(true);
}

beforeAll(async () => {
  cloud = await startLocalCloud({ port: 0 });
  tls.setDefaultCACertificates([...trusted, cloud.certificatePem]);
  process.env.IDENTITY_ENDPOINT = `${cloud.url}/identity/token`;
  process.env.IDENTITY_HEADER = 'local';
  metrics = createHubMetrics({ endpoint: cloud.logsUrl });
});

afterAll(async () => {
  tls.setDefaultCACertificates(trusted);
  delete process.env.IDENTITY_ENDPOINT;
  delete process.env.IDENTITY_HEADER;
  await cloud.close();
});

describe('the real client against the local cloud', () => {
  beforeEach(async () => {
    await tell('DELETE', '/metrics');
    await tell('POST', '/metrics', rows);
  });

  it('reads the minutes that have a value, whatever the case of the id', async () => {
    expect(await ask()).toEqual({
      kind: 'points',
      points: [
        { atMs: nowMs - 3 * minuteMs, average: 997.5 },
        { atMs: nowMs - 2 * minuteMs, average: 998.5 },
      ],
    });
  });

  it('has no points of a hub that is not known', async () => {
    expect(await ask(hubResourceId.replace('01', '02'))).toEqual({ kind: 'points', points: [] });
  });

  it.each([
    [429, 'a throttle'],
    [403, 'a refusal'],
    [500, 'a fault'],
  ])('says why there is no answer: %i, %s', async (status) => {
    await tell('PUT', '/metrics/behaviour', { status });
    expect(await ask()).toMatchObject({
      kind: 'unavailable',
      reason: expect.stringContaining(String(status)),
    });
  });

  it('asks once', async () => {
    await tell('PUT', '/metrics/behaviour', { status: 500, times: 1 });
    expect(await ask()).toMatchObject({ kind: 'unavailable' });
    expect(await ask()).toMatchObject({ kind: 'points' });
  });

  it('says that nobody answers', async () => {
    const nobody = createHubMetrics({ endpoint: 'https://127.0.0.1:1' });
    expect(await nobody.connectedDevices(hubResourceId, nowMs - minuteMs, nowMs)).toMatchObject({
      kind: 'unavailable',
    });
  });
});

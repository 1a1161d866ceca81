import tls from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningLocalCloud, startLocalCloud } from '../../../local/cloud/localCloud.ts';
import { createLogAnalytics } from '../../../src/lib/diagnosis/logs/logAnalytics.ts';
import type { LogWorkspace } from '../../../src/lib/diagnosis/logs/logWorkspace.ts';
import { rowsQuestions } from '../../../src/lib/diagnosis/logs/queries.ts';
import { logRows, readSituations, requestOf } from './situation.ts';

const situation = readSituations().find(({ name }) => name === 'single-device-cable')!;
const nowMs = Date.parse(situation.now);
const { hubName, devices } = requestOf(situation);
const [question] = rowsQuestions({
  hubName,
  deviceIds: devices.map(({ deviceId }) => deviceId),
  lostAtMs: devices[0]!.lostAtMs!,
  nowMs,
});

let cloud: RunningLocalCloud;
let logs: LogWorkspace;
const trusted = tls.getCACertificates();

async function tell(method: string, path: string, body?: unknown): Promise<void> {
  const answer = await fetch(`${cloud.url}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  expect(answer.ok).toBe(true);
}

beforeAll(async () => {
  cloud = await startLocalCloud({ port: 0 });
  tls.setDefaultCACertificates([...trusted, cloud.certificatePem]);
  process.env.IDENTITY_ENDPOINT = `${cloud.url}/identity/token`;
  process.env.IDENTITY_HEADER = 'local';
  logs = createLogAnalytics({ workspaceId: '11111111-2222-3333-4444-555555555555', endpoint: cloud.logsUrl });
  // The first question loads the client here and the parser there, which takes its time on a busy machine.
  await logs.ask(question!, 60_000);
});

afterAll(async () => {
  tls.setDefaultCACertificates(trusted);
  delete process.env.IDENTITY_ENDPOINT;
  delete process.env.IDENTITY_HEADER;
  await cloud.close();
});

describe('the real client against the local cloud', () => {
  beforeEach(() => tell('DELETE', '/logs'));

  it('tells a missing table from an empty one', async () => {
    expect(await logs.ask(question!, 5_000)).toEqual({ kind: 'noTable' });
  });

  it('reads rows with their times', async () => {
    await tell('POST', '/logs', logRows(situation));
    const answer = await logs.ask(question!, 5_000);
    expect(answer).toMatchObject({ kind: 'rows' });
    const rows = answer.kind === 'rows' ? answer.rows : [];
    expect(rows).toContainEqual(
      expect.objectContaining({
        DeviceId: 'oslo-press-07',
        ResultType: '404104',
        TimeGenerated: new Date(nowMs - 380_000),
      }),
    );
    expect(rows).toContainEqual(expect.objectContaining({ DeviceId: 'oslo-press-07', Rows: 1 }));
  });

  it.each([
    ['a throttle', { status: 429, retryAfterSeconds: 7 }, { kind: 'throttled', retryAfterMs: 7_000 }],
    ['a refusal', { status: 403 }, { kind: 'refused' }],
    ['a fault', { status: 500 }, { kind: 'failed' }],
    ['a partial result', { partial: true }, { kind: 'partial' }],
  ])('knows %s', async (_, behaviour, answer) => {
    await tell('POST', '/logs', logRows(situation));
    await tell('PUT', '/logs/behaviour', behaviour);
    expect(await logs.ask(question!, 5_000)).toMatchObject(answer);
  });

  it('stops waiting when the budget is over', async () => {
    await tell('POST', '/logs', logRows(situation));
    await tell('PUT', '/logs/behaviour', { delayMs: 3_000 });
    const startMs = performance.now();
    expect(await logs.ask(question!, 300)).toEqual({ kind: 'timedOut' });
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });
});

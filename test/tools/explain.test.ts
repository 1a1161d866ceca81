import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mistakes } from '../../src/lib/api/readBody.ts';
import { explanationView } from '../../src/lib/pages/explanationView.ts';
import { runExplain } from '../../tools/explain/runExplain.ts';
import { AskedSite } from '../support/askedSite.ts';
import { configOf, osloConfig } from '../support/configOf.ts';

let server: Server;
let url: string;
let answer: { status: number; body: unknown };
const asked: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

async function run(...args: readonly string[]) {
  const lines: string[] = [];
  const code = await runExplain(args, { RESPONDER_URL: url }, (line) => lines.push(line));
  return { code, text: lines.join('\n') };
}

async function outage() {
  const one = new AskedSite(configOf(osloConfig));
  await one.change('DeviceConnected', 'oslo-0');
  await one.until('10m');
  await one.change('DeviceDisconnected', 'oslo-0');
  await one.until('30m');
  return one;
}

it('says what was known, who was told, what was looked at and what came of it', async () => {
  const one = await outage();
  answer = { status: 200, body: explanationView(await one.ask('oslo-0', '12m')) };
  const { code, text } = await run(
    '--hub',
    'hub-fleet-01',
    '--device',
    'oslo-0',
    '--at',
    '2026-03-04T09:12:00Z',
    '--receiver',
    'operators',
  );
  expect(code).toBe(0);
  expect(asked.at(-1)).toBe(
    '/api/explain?hub=hub-fleet-01&device=oslo-0&at=2026-03-04T09%3A12%3A00Z&receiver=operators',
  );
  expect(text).toMatch(/^hold, at Oslo plant/);
  expect(text).toContain(
    'oslo-0 was disconnected since 10:10; it counts as offline only after 5m, at 10:15.',
  );
  expect(text).toMatch(/Since then:\n.*operators was told/s);
});

it('prints what the app answers with --json', async () => {
  const one = await outage();
  answer = { status: 200, body: explanationView(await one.ask('oslo-0', '20m')) };
  const { text } = await run('--hub', 'h', '--device', 'oslo-0', '--json');
  expect(JSON.parse(text)).toEqual(answer.body);
  expect(JSON.parse(text)).toMatchObject({
    hub: 'hub-fleet-01',
    deviceId: 'oslo-0',
    moduleId: null,
    site: { id: 'oslo', name: 'Oslo plant' },
    at: '2026-03-04T09:20:00.000Z',
    known: { phase: 'offline', flapping: false, since: '2026-03-04T09:15:00.000Z', holdEndsAt: null },
    outcome: 'told',
    receivers: [{ receiver: 'operators', told: true, because: 'route', at: /^2026-03-04T09:15/ }],
  } satisfies object as never);
});

it('ends with 1 for a device that nobody knows, and for what the app refuses', async () => {
  const one = await outage();
  answer = { status: 200, body: explanationView(await one.ask('oslo-9', '20m')) };
  expect((await run('--hub', 'h', '--device', 'oslo-9')).code).toBe(1);
  answer = { status: 400, body: mistakes([{ path: 'at', value: '"x"', message: 'is not an instant' }]) };
  expect(await run('--hub', 'h', '--device', 'oslo-0', '--at', 'x')).toEqual({
    code: 1,
    text: 'at: "x" is not an instant',
  });
});

it.each([[[]], [['--hub', 'h']], [['--hub', 'h', '--device', 'd', '--colour', 'red']]])(
  'shows its usage for %j',
  async (args) => {
    const { code, text } = await run(...args);
    expect([code, text.includes('Usage:')]).toEqual([1, true]);
  },
);

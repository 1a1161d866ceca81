import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { problemDetails, problemType } from '../../../src/lib/api/problemDetails.ts';
import { checkBody } from '../../../src/lib/api/readBody.ts';
import { silenceRequest } from '../../../src/lib/api/requests.ts';
import { silenceView } from '../../../src/lib/api/views.ts';
import type { Silence } from '../../../src/lib/control/control.ts';
import { runSilences } from '../../../tools/silences/runSilences.ts';

const fromMs = Date.parse('2026-03-04T09:00:00Z');
const silence: Silence = {
  kind: 'silence',
  id: 'sil_1',
  match: { hubs: ['hub-fleet-01'], sites: ['oslo'], devices: ['oslo-l2-*'] },
  fromMs,
  untilMs: fromMs + 7_200_000,
  by: 'Kari',
  reason: 'new gateway',
  createdAtMs: fromMs,
};
const view = silenceView(silence, fromMs);

type Asked = { method: string; url: string; key: string | undefined; body: string };
const asked: Asked[] = [];
let answer: { status: number; type?: string; body: unknown };
let server: Server;
let url: string;
const zone = process.env.TZ;
beforeAll(async () => {
  process.env.TZ = 'Europe/Oslo';
  server = createServer(async (request, response) => {
    const { method = '', headers } = request;
    asked.push({
      method,
      url: request.url ?? '',
      key: headers['x-functions-key'] as string | undefined,
      body: await text(request),
    });
    response.writeHead(answer.status, { 'content-type': answer.type ?? 'application/json' });
    response.end(JSON.stringify(answer.body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});
beforeEach(() => {
  asked.splice(0);
  answer = { status: 200, body: { items: [view], nextLink: null } };
});

async function run(...args: readonly string[]) {
  const lines: string[] = [];
  const env = { RESPONDER_URL: url, RESPONDER_KEY: 'k1' };
  const code = await runSilences(args, env, (line) => lines.push(line));
  return { code, said: lines.join('\n') };
}

const line =
  'sil_1: hub hub-fleet-01, site oslo, device oslo-l2-* until Wed 4 Mar 2026, 12:00 (Europe/Oslo), by Kari: new gateway';

describe('npm run silences', () => {
  it('lists what is silenced, with the key', async () => {
    expect(await run('list')).toEqual({ code: 0, said: line });
    expect(asked).toEqual([{ method: 'GET', url: '/api/silences', key: 'k1', body: '' }]);
  });

  it('lists what has ended, and says where there is nothing', async () => {
    answer.body = { items: [], nextLink: null };
    expect(await run('list', '--ended')).toEqual({ code: 0, said: 'no silence has ended' });
    expect(asked[0]?.url).toBe('/api/silences?status=ended');
    expect(await run('list')).toEqual({ code: 0, said: 'nothing is silenced' });
  });

  it('adds one with a body that the app accepts', async () => {
    answer = { status: 201, body: view };
    const args = ['--site', 'oslo', '--device', 'oslo-l2-*', '--hub', 'hub-fleet-01', '--for', '2h'];
    expect(await run('add', ...args, '--by', 'Kari', '--reason', 'new gateway')).toEqual({
      code: 0,
      said: `silenced ${line}`,
    });
    const checked = checkBody(silenceRequest, { contentType: 'application/json', text: asked[0]!.body });
    expect(checked).toEqual({
      ok: true,
      value: { match: silence.match, for: 7_200_000, by: 'Kari', reason: 'new gateway' },
    });
  });

  it('takes one back, whatever its id holds', async () => {
    answer.body = silenceView({ ...silence, takenBack: { by: 'Ola', atMs: fromMs } }, fromMs);
    const { code, said } = await run('end', '../x', '--by', 'Ola');
    expect([code, said]).toEqual([0, expect.stringMatching(/^taken back sil_1: .*, taken back by Ola$/)]);
    expect(asked).toEqual([
      { method: 'DELETE', url: '/api/silences/..%2Fx', key: 'k1', body: '{"by":"Ola"}' },
    ]);
  });

  it('prints what the app answers with --json', async () => {
    const { said } = await run('list', '--json');
    expect(JSON.parse(said)).toEqual({ items: [view], nextLink: null });
  });

  it.each([
    {
      refused: 'with mistakes',
      status: 400,
      body: problemDetails(400, 'the request has 2 mistakes', [
        { path: 'for', value: '"2x"', message: 'is not a duration' },
        { path: 'by', value: null, message: 'is missing' },
      ]),
      said: 'for: "2x" is not a duration\nby: is missing',
    },
    {
      refused: 'as over',
      status: 409,
      body: problemDetails(409, 'the silence ended at noon'),
      said: 'the silence ended at noon',
    },
    {
      refused: 'without a key',
      status: 401,
      body: null,
      said: 'the app answered 401: give it a function key with --key or RESPONDER_KEY',
    },
    { refused: 'by something else', status: 502, body: 'Bad Gateway', said: 'the app answered 502' },
  ])('ends with 1 and what the app said when it refuses $refused', async ({ status, body, said }) => {
    answer = { status, type: problemType, body };
    expect(await run('end', 'sil_1', '--by', 'Ola')).toEqual({ code: 1, said });
  });

  it('ends with 1 when nobody answers', async () => {
    const { code, said } = await run('list', '--url', 'http://127.0.0.1:9');
    expect([code, said]).toEqual([1, expect.stringMatching(/^http:\/\/127\.0\.0\.1:9 could not be reached/)]);
  });

  it.each([
    { args: [], says: 'no command: use list, add or end' },
    { args: ['show'], says: 'show: use list, add or end' },
    { args: ['list', 'oslo'], says: 'oslo is one argument too many' },
    { args: ['end'], says: 'end needs the id of a silence' },
    { args: ['end', 'sil_1'], says: 'end needs --by' },
    { args: ['list', '--site'], says: 'argument missing' },
    { args: ['list', '--url', 'http://func-fleet.example'], says: 'use one that begins with https://' },
    { args: ['list', '--url', 'func-fleet'], says: 'use one that begins with https://' },
  ])('ends with 2 for "$args"', async ({ args, says }) => {
    const { code, said } = await run(...args);
    expect([code, said]).toEqual([2, expect.stringContaining(says)]);
    expect(asked).toEqual([]);
  });

  it('shows how it is used', async () => {
    expect(await run('--help')).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^Usage: npm run silences/),
    });
  });
});

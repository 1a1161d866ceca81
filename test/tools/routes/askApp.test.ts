import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lossOf, lossRequest } from '../../../src/lib/api/lossRequest.ts';
import { outlookView } from '../../../src/lib/api/outlookView.ts';
import { problemDetails } from '../../../src/lib/api/problemDetails.ts';
import type { Silence } from '../../../src/lib/control/control.ts';
import { outlookOf } from '../../../src/lib/policy/outlook.ts';
import { runRoutes } from '../../../tools/routes/runRoutes.ts';
import { configOf } from '../../support/configOf.ts';
import { now, plant } from './plant.ts';

const press = ['--device', 'oslo-press-07'];

describe('at a running app', () => {
  const silence: Silence = {
    kind: 'silence',
    id: 'sil_1',
    match: { hubs: null, sites: ['oslo'], devices: null },
    fromMs: now - 3_600_000,
    untilMs: now + 3_600_000,
    by: 'Kari',
    reason: null,
    createdAtMs: now,
  };
  const asked: { url: string; key: string | undefined }[] = [];
  const server = createServer((request, response) => {
    asked.push({ url: request.url ?? '', key: request.headers['x-functions-key'] as string | undefined });
    const rules = {
      ...configOf(plant),
      controls: { version: 1, silences: [silence], windows: [] },
    };
    const parameters = Object.fromEntries(new URL(request.url ?? '', 'http://app').searchParams);
    const loss = lossOf(lossRequest.parse(parameters), rules, now);
    const body = refusal ?? outlookView(outlookOf(rules, loss), loss, rules);
    response.writeHead(refusal?.status ?? 200).end(JSON.stringify(body));
  });
  let refusal: { status: number } | null = null;
  let url = '';
  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  async function ask(...args: readonly string[]) {
    const printed: string[] = [];
    const noted: string[] = [];
    const output = { print: (line: string) => printed.push(line), note: (line: string) => noted.push(line) };
    const code = await runRoutes(['--url', url, '--key', 'k1', ...args], {}, now, output);
    return { code, printed: printed.join('\n'), noted: noted.join('\n') };
  }

  it('knows what people have silenced', async () => {
    const { code, printed } = await ask('--device', 'oslo-lamp', '--at', '2026-03-04T13:00+01:00');
    expect(code).toBe(0);
    expect(printed).toContain(
      'Wed 4 Mar 2026, 14:00  operators  incident of the site, by routes[0]; silenced until then',
    );
    expect(asked.at(-1)).toEqual({
      url: '/api/routes?device=oslo-lamp&at=2026-03-04T13%3A00%2B01%3A00',
      key: 'k1',
    });
  });

  it('prints the same for programs', async () => {
    const { printed } = await ask('--device', 'oslo-lamp', '--json');
    const { told, notTold, ...more } = JSON.parse(printed);
    expect(told[0]).toEqual({
      receiver: 'operators',
      per: 'site',
      at: '2026-03-04T13:00:00.000Z',
      why: 'route',
      route: 0,
      step: null,
    });
    expect(notTold[0]).toEqual({ receiver: 'network', route: 2, because: 'cause' });
    expect(more).toEqual({});
  });

  it('ends with 1 and what the app says', async () => {
    refusal = problemDetails(503, 'not ready; the log says why');
    expect(await ask(...press)).toEqual({ code: 1, printed: '', noted: 'not ready; the log says why' });
    refusal = null;
  });

  it('asks a file or an app', async () => {
    expect((await ask(...press, '--file', 'responder.config.yaml')).code).toBe(2);
    expect((await ask(...press, '--url', 'http://func.example')).code).toBe(2);
  });
});

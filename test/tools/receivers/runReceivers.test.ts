import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runReceivers } from '../../../tools/receivers/runReceivers.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'responder-receivers-'));
const file = path.join(folder, 'mine.yaml');
const bodies: { type: string; data: { summary: string } }[] = [];
let status = 204;
let server: Server;
beforeAll(async () => {
  server = createServer(async (request, response) => {
    bodies.push(JSON.parse(await text(request)));
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  writeFileSync(
    file,
    `receivers:
  hall: { webhook: { url: "http://127.0.0.1:${port}/secret" } }
  team: { email: { to: ["team@plant.example"] } }
routes: [{ to: [hall] }]`,
  );
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  bodies.splice(0);
  status = 204;
});

async function run(...args: readonly string[]) {
  const lines: string[] = [];
  const env = { RESPONDER_CONFIG: file, AZURE_FUNCTIONS_ENVIRONMENT: 'Development' };
  const code = await runReceivers(args, env, (line) => lines.push(line));
  return { code, said: lines.join('\n') };
}

describe('npm run receivers', () => {
  it('lists who can be told', async () => {
    expect(await run('list')).toEqual({ code: 0, said: 'hall  webhook\nteam  email' });
  });

  it('sends a test that says so', async () => {
    expect(await run('test', 'hall')).toEqual({ code: 0, said: 'hall (webhook): the test has arrived' });
    expect(bodies).toMatchObject([
      { type: 'responder.test', data: { summary: 'Test: hall can be reached' } },
    ]);
  });

  it('ends with 1 and the reason when it does not arrive, and names no secret', async () => {
    status = 401;
    expect(await run('test', 'hall')).toEqual({ code: 1, said: 'hall (webhook): HTTP 401' });
  });

  it('names the setting that is missing', async () => {
    const { code, said } = await run('test', 'team');
    expect(code).toBe(1);
    expect(said).toMatch(/^team \(email\): .*COMMUNICATION_SERVICES_CONNECTION_STRING/);
  });

  it('knows who was meant', async () => {
    expect(await run('test', 'hal')).toEqual({
      code: 1,
      said: 'hal is not a receiver; did you mean "hall"?',
    });
  });

  it.for([[], ['test'], ['list', 'hall'], ['test', 'a', 'b'], ['send', 'hall'], ['--now']])(
    'is used wrongly by %j',
    async (args) => {
      const { code, said } = await run(...args);
      expect(code).toBe(2);
      expect(said).toContain('Usage: npm run receivers');
    },
  );
});

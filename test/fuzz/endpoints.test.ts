import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../local/azurite.ts';
import { eventGridEvent, type RawKind } from '../../local/scenarios/iotHub.ts';
import { beliefs } from '../crash/brokenPromises.ts';
import { type Receivers, startReceivers } from '../crash/receivers.ts';
import { Responder } from '../crash/responder.ts';
import { mutated, oddValue } from './mutations.ts';

const runs = Number(process.env.FUZZ_RUNS ?? 40);
const eventGrid = '/runtime/webhooks/eventgrid?functionName=receiveConnectionEvent';

let azurite: RunningAzurite;
let receivers: Receivers;
let responder: Responder;
let queue: (name: string) => QueueClient;

beforeAll(async () => {
  [azurite, receivers] = await Promise.all([startAzurite(), startReceivers(() => 1)]);
  const service = QueueServiceClient.fromConnectionString(azurite.connectionString);
  queue = (name) => service.getQueueClient(name);
  const config = `
policy: { offlineAfter: 1s, recoveredAfter: 1s, groupWait: 1s, flapping: off }
receivers: { everyone: { webhook: { url: "${receivers.url}/everyone" } } }
routes: [{ match: { hubs: [hub-fleet-01] }, per: site, to: [everyone] }]
`;
  responder = new Responder(config, {
    AzureWebJobsStorage: azurite.connectionString,
    AzureFunctionsJobHost__extensions__queues__visibilityTimeout: '00:00:00',
  });
  await responder.start();
});
afterAll(async () => {
  await responder.remove();
  await Promise.all([azurite.stop(), receivers.close()]);
});

/** The status of one request; a path may be anything that HTTP lets through. */
function ask(method: string, path: string, body = '', headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      responder.url,
      { method, path, headers: { ...headers, 'content-length': Buffer.byteLength(body) }, timeout: 10_000 },
      (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    sent.once('error', reject).once('timeout', () => sent.destroy(new Error(`${method} ${path}: no answer`)));
    sent.end(body);
  });
}

const legalInPath = (text: string) =>
  text.replace(/[^!-~]/g, (character) => encodeURIComponent(character.toWellFormed()));

it('answers any delivery of events', async () => {
  const event = eventGridEvent({
    kind: 'DeviceDisconnected',
    deviceId: 'oslo-1',
    atMs: Date.now(),
    sequence: 9,
    hubName: 'hub-fuzz',
  });
  const body = fc.oneof(
    fc.array(fc.oneof(mutated(event), oddValue), { maxLength: 5 }).map((events) => JSON.stringify(events)),
    mutated([event, event]).map((delivery) => JSON.stringify(delivery) ?? ''),
    fc.string({ unit: 'binary', maxLength: 200 }),
  );
  const type = fc.oneof(
    { weight: 6, arbitrary: fc.constant('Notification') },
    { weight: 1, arbitrary: fc.constantFrom('SubscriptionValidation', 'Unsubscribe', 'nonsense', '') },
  );
  await fc.assert(
    fc.asyncProperty(body, type, async (text, eventType) => {
      const status = await ask('POST', eventGrid, text, { 'aeg-event-type': eventType });
      expect([200, 202, 400, 500]).toContain(status);
      // What is JSON and holds objects is handled, whatever the objects are.
      if (status === 500 && eventType === 'Notification') expect(isListOfObjects(text)).toBe(false);
    }),
    { numRuns: runs },
  );
});

it('answers any question to the API without failing', async () => {
  const word = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom(
      '%',
      '%zz',
      '%00',
      '..',
      '__proto__',
      '~~~~',
      "' or 1 eq 1",
      'x'.repeat(3_000),
      '%E0%A4%A',
    ),
  );
  const path = fc.oneof(
    fc
      .tuple(
        fc.constantFrom(
          ...['incidents', 'notices', 'health', 'sites', 'devices', 'receivers', 'responder', 'report'],
          'devices?site=oslo&hub=hub-fleet-01',
        ),
        fc.constantFrom('from', 'status', 'state', 'cursor', 'limit', 'q', 'phase', 'month', 'since', 'site'),
        word,
      )
      .map(
        ([list, parameter, value]) =>
          `/api/${list}${list.includes('?') ? '&' : '?'}${parameter}=${legalInPath(value)}`,
      ),
    fc
      .tuple(fc.constantFrom('/api/explain', '/api/routes', '/status/why'), word, word, word)
      .map(
        ([where, hub, device, at]) =>
          `${where}?hub=${legalInPath(hub)}&device=${legalInPath(device)}&at=${legalInPath(at)}`,
      ),
    word.map((id) => `/api/incidents/${legalInPath(id)}`),
    fc
      .tuple(fc.constantFrom('sites', 'devices'), word, word)
      .map(([list, hub, id]) => `/api/${list}/${legalInPath(hub)}/${legalInPath(id)}`),
    fc
      .tuple(
        fc.constantFrom('', 'receivers', 'responder', 'report'),
        fc.constantFrom('q', 'from', 'month'),
        word,
      )
      .map(([page, parameter, value]) => `/status/${page}?${parameter}=${legalInPath(value)}`),
    fc
      .tuple(word, word, fc.constantFrom('', '/silence', '/end-silence', '?phase=x', '?from=x'))
      .map(([hub, site, rest]) => `/status/sites/${legalInPath(hub)}/${legalInPath(site)}${rest}`),
    fc
      .tuple(word, fc.constantFrom('', '/timeline', '/step', '/note', '?said=x&from=y'))
      .map(([id, rest]) => `/status/incidents/${legalInPath(id)}${rest}`),
    fc
      .tuple(fc.constantFrom('acknowledge', 'notes', 'timeline', 'devices'), word, word)
      .map(([what, id, by]) => `/api/incidents/${legalInPath(id)}/${what}?by=${legalInPath(by)}`),
    fc
      .tuple(fc.constantFrom('silences', 'maintenance'), word, word)
      .map(([what, id, by]) => `/api/${what}/${legalInPath(id)}?by=${legalInPath(by)}`),
    word.map((token) => `/l/${legalInPath(token)}`),
    fc.tuple(word, word).map(([token, action]) => `/l/${legalInPath(token)}/${legalInPath(action)}`),
    word.map((code) => `/l/a.b.c?said=${legalInPath(code)}`),
    word.map((text) => `/${legalInPath(text)}`),
  );
  const method = fc.constantFrom('GET', 'GET', 'GET', 'POST', 'DELETE', 'HEAD', 'OPTIONS');
  await fc.assert(
    fc.asyncProperty(method, path, async (verb, where) => {
      expect(await ask(verb, where, verb === 'POST' ? '{}' : '')).toBeLessThan(500);
    }),
    { numRuns: runs },
  );
});

it('answers any body of a call without failing, and acts on none that is wrong', async () => {
  const match = { hubs: [], sites: ['nowhere'], devices: null };
  const atMs = Date.now();
  const times = { from: new Date(atMs).toISOString(), until: new Date(atMs + 3_600_000).toISOString() };
  const calls = fc.constantFrom(
    { path: '/api/silences', body: { match, for: '1h', by: 'Kari', reason: 'why' } },
    { path: '/api/maintenance', body: { name: 'x', match, ...times, returnGrace: '1m', by: 'Kari' } },
    { path: '/api/incidents/inc_0/acknowledge', body: { by: 'Kari', for: '1h', note: 'x' } },
    { path: '/api/incidents/inc_0/notes', body: { by: 'Kari', text: 'x' } },
  );
  const asked = calls.chain(({ path, body }) =>
    fc
      .oneof(
        mutated(body).map((value) => JSON.stringify(value) ?? ''),
        fc.string({ unit: 'binary', maxLength: 50 }),
      )
      .map((text) => ({ path, text })),
  );
  await fc.assert(
    fc.asyncProperty(asked, async ({ path, text }) => {
      expect([201, 400, 404]).toContain(
        await ask('POST', path, text, { 'content-type': 'application/json' }),
      );
    }),
    { numRuns: runs },
  );
});

it('sets poisonous messages aside with what and where, and goes on telling', async () => {
  const bad = {
    'site-evaluations': ['no base64!', '', 'null', '[]', '{"partition":7}', '{"partition":"|active|0"}'],
    notices: ['{"partition":"hub|site|oslo"}', '"text"', '{"partition":"hub|site|oslo","notice":{}}'],
  };
  for (const [name, texts] of Object.entries(bad)) {
    await queue(name).createIfNotExists();
    for (const [index, text] of texts.entries())
      await queue(name).sendMessage(
        index === 0 && name === 'site-evaluations' ? text : Buffer.from(text).toString('base64'),
      );
  }
  const atMs = Date.now();
  const post = (kind: RawKind, sequence: number) => {
    const event = eventGridEvent({ kind, deviceId: 'oslo-1', atMs: Date.now(), sequence });
    return ask('POST', eventGrid, JSON.stringify([event]), { 'aeg-event-type': 'Notification' });
  };
  await post('DeviceDisconnected', 1);
  await until(() => beliefs(receivers.heard).has('oslo-1'));
  await post('DeviceConnected', 2);
  await until(() => receivers.heard.at(-1)?.body.type === 'incident.resolved');
  expect(Date.now() - atMs).toBeLessThan(15_000);

  for (const [name, texts] of Object.entries(bad)) {
    const poison = queue(`${name}-poison`);
    const set = async () => (await poison.peekMessages({ numberOfMessages: 32 })).peekedMessageItems.length;
    await until(async () => (await set().catch(() => 0)) >= texts.length);
    expect(await set()).toBe(texts.length);
    expect(responder.output).toMatch(new RegExp(`a message of the queue ${name} .+: `));
    expect(responder.output).toMatch(new RegExp(`queue ${name}: message \\S+ .+, moved to ${name}-poison`));
  }
});

function isListOfObjects(text: string): boolean {
  try {
    const parsed: unknown = JSON.parse(text);
    const items = Array.isArray(parsed) ? parsed : [parsed];
    return items.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item));
  } catch {
    return false;
  }
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const startedAtMs = Date.now(); !(await holds()); await sleep(50))
    if (Date.now() - startedAtMs > 15_000)
      throw new Error(`it never came:\n${responder.output.slice(-2_000)}`);
}

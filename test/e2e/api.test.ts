import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { type Stage, setStage, shortPolicy, sitesNamed } from './stage.ts';

type Json = { readonly [key: string]: unknown };
type Operation = { readonly responses: Readonly<Record<string, { readonly content: Record<string, Json> }>> };

const hub = 'hub-fleet-01';
let stage: Stage;
let document: { paths: Record<string, Record<string, Operation>>; components: Json };
let incidentId: string;

beforeAll(async () => {
  stage = await setStage(
    (receivers) => `
${sitesNamed(['oslo', 'bergen'])}
policy: { ${shortPolicy} }
receivers:
  shift: { ${receivers.webhook('shift')} }
routes: [{ per: site, to: [shift] }]
`,
  );
  const { product, plant, people } = stage;
  await plant.connect('oslo-1', 'oslo-2', 'oslo-10', 'bergen-1');
  await plant.lose('oslo-2');
  await eventually(() => expect(people.heard('shift')).toEqual(['opened outageBegan']));
  incidentId = people.taken('shift')[0]!.data.incidentId;
  document = (await (await fetch(`${product.url}/api/openapi.json`)).json()) as typeof document;
}, 120_000);

afterAll(() => stage?.close());

/** The answer to a request, which is as the description of the API says. */
async function ask(call: string, path: string, init: RequestInit = {}, status = 200) {
  const method = (init.method ?? 'GET').toLowerCase();
  const answer = await fetch(`${stage.product.url}${path}`, init);
  const text = await answer.text();
  expect([path, answer.status, status < 400 ? '' : text.length > 0]).toEqual([
    path,
    status,
    status < 400 ? '' : true,
  ]);
  expect(answer.headers.get('server-timing')).toMatch(/^app;dur=[\d.]+$/);
  const media = answer.headers.get('content-type')?.split(';')[0] ?? '';
  const schema = document.paths[call]?.[method]?.responses[status]?.content[media]?.schema as
    | Json
    | undefined;
  expect(schema, `${method} ${call} ${status} ${media}`).toBeDefined();
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const valid = ajv.validate({ ...schema, components: document.components }, JSON.parse(text));
  expect(ajv.errors ?? [], path).toEqual([]);
  expect(valid).toBe(true);
  return { body: JSON.parse(text), headers: answer.headers };
}

const idsOf = (body: { items: { deviceId: string }[] }) => body.items.map(({ deviceId }) => deviceId);

describe('the API', () => {
  it('lists sites by trouble, and each by itself', async () => {
    await eventually(async () => {
      const { body } = await ask('/api/sites', '/api/sites');
      expect(body.items).toMatchObject([
        {
          hub,
          site: { id: 'oslo', name: 'oslo plant' },
          severity: 'warning',
          counts: { known: 3, online: 2, offline: 1, flapping: 0, silenced: 0 },
          since: expect.stringMatching(/Z$/),
          incidents: [incidentId],
        },
        {
          site: { id: 'bergen' },
          severity: null,
          counts: { known: 1, online: 1 },
          since: null,
          incidents: [],
        },
      ]);
    });
    const { body } = await ask('/api/sites/{hub}/{site}', `/api/sites/${hub.toUpperCase()}/bergen`);
    expect(body.site.id).toBe('bergen');
    await ask('/api/sites/{hub}/{site}', `/api/sites/${hub}/nowhere`, {}, 404);
  });

  it('lists devices by id, in parts that follow each other', async () => {
    const first = await ask('/api/devices', '/api/devices?site=oslo&limit=2&code=key');
    expect(idsOf(first.body)).toEqual(['oslo-1', 'oslo-10']);
    const next = new URL(first.body.nextLink);
    expect(next.searchParams.get('code')).toBeNull();
    const second = await ask('/api/devices', `${next.pathname}${next.search}`);
    expect([idsOf(second.body), second.body.nextLink]).toEqual([['oslo-2'], null]);
    expect(second.body.items[0]).toMatchObject({
      phase: 'offline',
      flapping: false,
      silenced: false,
      incidentId,
    });
    expect(idsOf((await ask('/api/devices', '/api/devices?phase=offline')).body)).toEqual(['oslo-2']);
    const cursor = next.searchParams.get('cursor');
    await ask('/api/devices', `/api/devices?site=bergen&cursor=${cursor}`, {}, 400);
    await ask('/api/devices/{hub}/{deviceId}', `/api/devices/${hub}/oslo-1`);
    await ask('/api/devices/{hub}/{deviceId}', `/api/devices/${hub}/~..`, {}, 404);
  });

  it('lists incidents by every filter, and tells their story', async () => {
    const count = async (query: string) =>
      (await ask('/api/incidents', `/api/incidents?${query}`)).body.items.length;
    expect(await count(`status=open&hub=${hub}&site=oslo&device=oslo-2`)).toBe(1);
    expect(await count('device=oslo-1')).toBe(0);
    expect(await count('site=bergen')).toBe(0);
    expect(await count('until=2020-01-01T00:00:00Z')).toBe(0);
    expect(await count('since=2020-01-01T00:00:00Z')).toBe(1);
    await ask('/api/incidents/{incidentId}', `/api/incidents/${incidentId}`);
    const timeline = await ask(
      '/api/incidents/{incidentId}/timeline',
      `/api/incidents/${incidentId}/timeline`,
    );
    expect(timeline.body.items.length).toBeGreaterThan(2);
    const devices = await ask('/api/incidents/{incidentId}/devices', `/api/incidents/${incidentId}/devices`);
    expect(idsOf(devices.body)).toEqual(['oslo-2']);
    await ask('/api/incidents/{incidentId}/notes', `/api/incidents/${incidentId}/notes`);
    await ask('/api/incidents/{incidentId}', '/api/incidents/inc_nobody', {}, 404);
    await ask('/api/notices', '/api/notices?state=sent');
  });

  it('explains any moment, as any call is answered', async () => {
    const asked = `/api/explain?hub=${hub}&device=oslo-2`;
    const { body } = await ask('/api/explain', asked);
    expect(body).toMatchObject({
      outcome: 'told',
      site: { id: 'oslo' },
      receivers: [{ receiver: 'shift', told: true, because: 'route' }],
    });
    const once = await ask('/api/explain', `${asked}&at=${body.at}`);
    const again = await fetch(`${stage.product.url}${asked}&at=${body.at}`, {
      headers: { 'if-none-match': once.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
    const unknown = await ask('/api/explain', `/api/explain?hub=${hub}&device=oslo-99`);
    expect(unknown.body).toMatchObject({ outcome: 'neverSeen', site: null });
    for (const wrong of ['&at=2020-01-01T00:00:00Z', '&at=soon', '&device=oslo-1', '&modul=x', '&receiver='])
      await ask('/api/explain', `${asked}${wrong}`, {}, 400);
  });

  it('takes actions', async () => {
    const post = (body: object) => ({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const acknowledge = `/api/incidents/${incidentId}/acknowledge`;
    await ask('/api/incidents/{incidentId}/acknowledge', acknowledge, post({ by: 'Kari' }), 201);
    await ask('/api/incidents/{incidentId}/acknowledge', `${acknowledge}?by=Kari`, { method: 'DELETE' });
    await ask('/api/incidents/{incidentId}/acknowledge', acknowledge, post({}), 400);
    const silence = { match: { sites: ['bergen'] }, for: '1h', by: 'Kari', reason: 'a test' };
    const { body } = await ask('/api/silences', '/api/silences', post(silence), 201);
    await ask('/api/silences', '/api/silences');
    await ask('/api/silences/{silenceId}', `/api/silences/${body.id}?by=Kari`, { method: 'DELETE' });
    await ask('/api/maintenance', '/api/maintenance');
  });

  it('tells of receivers, of itself and of downtime', async () => {
    const receivers = await ask('/api/receivers', '/api/receivers');
    expect(receivers.body.items).toMatchObject([
      { receiver: 'shift', kind: 'webhook', lastDelivery: { state: 'sent' } },
    ]);
    const { body } = await ask('/api/responder', '/api/responder');
    expect(body.hubs).toMatchObject([{ hub }]);
    const report = await ask('/api/report', '/api/report?site=oslo');
    expect(report.body.items.map((row: { deviceId: string | null }) => row.deviceId)).toEqual([
      null,
      'oslo-2',
    ]);
    const csv = await fetch(`${stage.product.url}/api/report`, { headers: { accept: 'text/csv' } });
    expect(csv.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(await csv.text()).toMatch(/^hub,site,siteName,deviceId,moduleId,minutes,outages\r\n/);
    await ask('/api/health', '/api/health');
  });

  it('knows what a reader has already, answers HEAD, and names the nearest parameter', async () => {
    const url = `${stage.product.url}/api/devices?site=bergen`;
    const first = await fetch(url);
    const etag = first.headers.get('etag') ?? '';
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const again = await fetch(url, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, '']);
    const { body } = await ask('/api/sites', '/api/sites?limt=3', {}, 400);
    expect(body.errors).toMatchObject([{ path: 'limt', message: expect.stringContaining('"limit"') }]);
    for (const limit of ['0', '1001', 'x', '']) await ask('/api/sites', `/api/sites?limit=${limit}`, {}, 400);
    await ask('/api/devices', '/api/devices', {}, 400);
    await ask('/api/devices', '/api/devices?phase=online', {}, 400);
  });
});

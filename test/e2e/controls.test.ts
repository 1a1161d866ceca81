import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiExamples, missing, run } from './apiExamples.ts';
import { eventually } from './eventually.ts';
import type { Item } from './product.ts';
import { type Stage, setStage, shortPolicy, sitesNamed } from './stage.ts';

const sites = ['ack', 'quiet', 'back', 'plan', 'note', 'pair', 'docs', 'oslo'];

/** Five seconds on an idle system; other suites run beside this one. */
const promptMs = 15_000;

let stage: Stage;
let { product, people, plant } = {} as Stage;
beforeAll(async () => {
  stage = await setStage(
    (receivers) => `
${sitesNamed(sites)}
policy: { ${shortPolicy} }
overrides: [{ sites: [ack], policy: { remindEvery: 4s } }]
receivers:
${sites.map((name) => `  ${name}: { ${receivers.webhook(name)} }`).join('\n')}
routes:
${sites.map((id) => `  - { match: { sites: [${id}] }, to: [${id}] }`).join('\n')}
`,
  );
  ({ product, people, plant } = stage);
});
afterAll(() => stage?.close());

const call = (method: string, path: string, body?: object) => product.call(method, path, body);

/** A device of a site is lost and told; answers its incident. */
async function lose(device: string): Promise<string> {
  const site = device.split('-')[0]!;
  await plant.connect(device, `${site}-other`);
  await plant.lose(device);
  await eventually(() => expect(people.heard(site)).toContain('opened outageBegan'));
  return people.taken(site)[0]!.data.incidentId;
}

const inList = async (incidentId: string) =>
  (await product.incidents('?status=open')).find((item) => item.incidentId === incidentId);

describe('an acknowledgement', () => {
  it.concurrent('stops reminders within seconds, is in every list, and lets the end through', async () => {
    const incidentId = await lose('ack-1');
    await eventually(() => expect(people.heard('ack')).toContain('reminder reminder'));
    const path = `/api/incidents/${incidentId}/acknowledge`;
    const { status, body } = await call('POST', path, { by: 'Kari', for: '1h', note: 'on my way' });
    const acknowledged = { by: 'Kari', at: body.at, until: body.until, note: 'on my way' };
    expect([status, body]).toEqual([201, { incidentId, ...acknowledged, takenBack: null }]);
    expect(Date.parse(String(body.until)) - Date.parse(String(body.at))).toBe(3_600_000);
    await eventually(async () => expect(await inList(incidentId)).toMatchObject({ acknowledged }), promptMs);
    const heard = people.heard('ack').length;
    await sleep(9_000);
    expect(people.heard('ack').length).toBeLessThanOrEqual(heard + 1);

    const back = await call('DELETE', `${path}?by=Ola`);
    expect([back.status, back.body.takenBack]).toEqual([200, { by: 'Ola', at: expect.any(String) }]);
    expect((await call('DELETE', path, { by: 'Ola' })).status).toBe(409);
    await eventually(
      async () => expect(await inList(incidentId)).toMatchObject({ acknowledged: null }),
      promptMs,
    );
    await plant.connect('ack-1');
    await eventually(() => expect(people.heard('ack').at(-1)).toBe('resolved recovered'));
    expect((await call('POST', path, { by: 'Kari' })).status).toBe(409);
  });

  it.concurrent('of two people at the same moment leaves both a true answer', async () => {
    const path = `/api/incidents/${await lose('pair-1')}/acknowledge`;
    const answers = await Promise.all(['Kari', 'Ola', 'Per'].map((by) => call('POST', path, { by })));
    expect(answers.map(({ status, body }) => [status, body.by])).toEqual([
      [201, 'Kari'],
      [201, 'Ola'],
      [201, 'Per'],
    ]);
    const backs = await Promise.all(['Kari', 'Ola'].map((by) => call('DELETE', `${path}?by=${by}`)));
    expect(backs.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  });
});

describe('a silence', () => {
  it.concurrent('holds back what begins in it, and tells it at once when it is taken back', async () => {
    const { status, body } = await call('POST', '/api/silences', {
      match: { sites: ['quiet'] },
      for: '1h',
      by: 'Kari',
    });
    expect(status).toBe(201);
    await plant.connect('quiet-1', 'quiet-2');
    await plant.lose('quiet-1');
    await eventually(async () => {
      const open = (await product.incidents('?status=open')).find((item) => siteIdOf(item) === 'quiet');
      expect(open).toMatchObject({ counts: { offline: 0, silenced: 1 }, receivers: [] });
    });
    await sleep(3_000);
    expect(people.of('quiet')).toEqual([]);
    const listed = await call('GET', '/api/silences');
    expect(listed.body.items).toContainEqual(expect.objectContaining({ id: body.id, status: 'active' }));
    expect((await call('DELETE', `/api/silences/${body.id}?by=Ola`)).status).toBe(200);
    await eventually(async () => {
      const open = (await product.incidents('?status=open')).find((item) => siteIdOf(item) === 'quiet');
      expect(open).toMatchObject({ counts: { offline: 1, silenced: 0 }, receivers: ['quiet'] });
    }, promptMs);
    // The notice itself may wait for the logs.
    await eventually(() => expect(people.heard('quiet')).toEqual(['opened silenceEnded']));
    expect((await call('DELETE', `/api/silences/${body.id}?by=Ola`)).status).toBe(409);
  });

  it.concurrent('lets the return of what was told before through, within five seconds of idle', async () => {
    const incidentId = await lose('back-1');
    await call('POST', '/api/silences', { match: { devices: ['back-*'] }, for: '1h', by: 'Kari' });
    await eventually(
      async () => expect(await inList(incidentId)).toMatchObject({ counts: { offline: 0, silenced: 1 } }),
      promptMs,
    );
    await plant.connect('back-1');
    await eventually(() =>
      expect(people.heard('back')).toEqual(['opened outageBegan', 'resolved recovered']),
    );
  });
});

it.concurrent('a window holds back what falls in it, and says what has not come back after its grace', async () => {
  const nowMs = Date.now();
  const { status, body } = await call('POST', '/api/maintenance', {
    name: 'New switch',
    match: { sites: ['plan'] },
    from: new Date(nowMs).toISOString(),
    until: new Date(nowMs + 3_600_000).toISOString(),
    returnGrace: '3s',
    by: 'Kari',
  });
  expect([status, body.status]).toEqual([201, 'active']);
  await plant.connect('plan-1', 'plan-2', 'plan-3');
  await plant.lose('plan-1', 'plan-2');
  await sleep(5_000);
  await plant.connect('plan-2');
  expect((await call('DELETE', `/api/maintenance/${body.id}`, { by: 'Ola' })).body).toMatchObject({
    status: 'ended',
    takenBack: { by: 'Ola' },
  });
  await eventually(() => expect(people.heard('plan')).toEqual(['opened didNotReturn']));
  expect(people.taken('plan')[0]?.data.devices).toMatchObject([{ deviceId: 'plan-1' }]);
});

it.concurrent('a note is with its incident for good, and with the next one', async () => {
  const first = await lose('note-1');
  const noted = await call('POST', `/api/incidents/${first}/notes`, { by: 'Kari', text: 'Fuse 3.' });
  expect([noted.status, noted.body]).toEqual([201, { by: 'Kari', at: expect.any(String), text: 'Fuse 3.' }]);
  await plant.connect('note-1');
  await eventually(() => expect(people.heard('note').at(-1)).toBe('resolved recovered'));
  await eventually(async () =>
    expect((await product.incidents('?status=resolved')).map((item) => item.incidentId)).toContain(first),
  );
  expect((await call('POST', `/api/incidents/${first}/notes`, { by: 'Ola', text: 'Wired.' })).status).toBe(
    201,
  );
  const { body } = await call('GET', `/api/incidents/${first}/notes`);
  expect((body.items as { text: string }[]).map(({ text }) => text)).toEqual(['Wired.', 'Fuse 3.']);
  await plant.lose('note-1');
  await eventually(() => expect(people.heard('note')).toHaveLength(3));
  const next = people.taken('note')[2]!.data.incidentId;
  const { body: shown } = await call('GET', `/api/incidents/${next}`);
  expect((shown.earlierNotes as { text: string }[]).map(({ text }) => text)).toEqual(['Wired.', 'Fuse 3.']);
});

it.concurrent('every call that docs/api.md shows answers as it shows', async () => {
  const env: Record<string, string> = { APP: product.url, KEY: 'none', INCIDENT: await lose('docs-1') };
  const examples = apiExamples();
  expect(examples.length).toBeGreaterThan(9);
  const wrong: string[] = [];
  for (const { command, shown } of examples) {
    const answer = (await run(command, env)) as Item;
    if (typeof answer.id === 'string') env[answer.id.startsWith('sil_') ? 'SILENCE' : 'WINDOW'] = answer.id;
    if (typeof answer.status === 'number') wrong.push(`${command}: ${JSON.stringify(answer)}`);
    if (shown !== null) wrong.push(...missing(shown, answer).map((at) => `${command}: ${at}`));
  }
  expect(wrong).toEqual([]);
});

describe('a call that is wrong', () => {
  it.concurrent.each([
    { method: 'POST', path: '/api/silences', body: {}, status: 400 },
    { method: 'POST', path: '/api/maintenance', body: { name: 'x' }, status: 400 },
    { method: 'POST', path: '/api/incidents/inc_0/acknowledge', body: { by: 'Kari' }, status: 404 },
    { method: 'POST', path: '/api/incidents/inc_0/notes', body: { by: 'Kari', text: 'x' }, status: 404 },
    { method: 'DELETE', path: '/api/silences/sil_0?by=Kari', status: 404 },
    { method: 'DELETE', path: '/api/silences/sil_0', status: 400 },
    { method: 'DELETE', path: '/api/maintenance/win_0?who=Kari', status: 400 },
    { method: 'GET', path: '/api/incidents/inc_0', status: 404 },
    { method: 'GET', path: '/api/incidents/inc_0/notes', status: 404 },
    { method: 'GET', path: '/api/incidents?status=closed', status: 400 },
    { method: 'GET', path: '/api/silences?state=active', status: 400 },
    { method: 'GET', path: '/api/maintenance?status=over', status: 400 },
    { method: 'GET', path: '/api/routes', status: 400 },
    { method: 'GET', path: '/api/routes?device=oslo-1&at=tomorrow', status: 400 },
    { method: 'GET', path: '/api/routes?device=oslo-1&sevrity=critical', status: 400 },
  ])('$method $path is $status, with problem details', async ({ method, path, body, status }) => {
    const answer = await call(method, path, body);
    expect(answer).toMatchObject({
      status,
      type: 'application/problem+json',
      body: { status, title: expect.any(String), detail: expect.any(String) },
    });
  });

  it.concurrent('as a form is 415, and from another page 403', async () => {
    const post = (headers: Record<string, string>) =>
      fetch(`${product.url}/api/silences`, { method: 'POST', headers, body: 'by=Kari' });
    expect((await post({ 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
    const foreign = await post({ 'content-type': 'application/json', origin: 'https://evil.example' });
    expect([foreign.status, foreign.headers.get('content-type')]).toEqual([403, 'application/problem+json']);
    expect((await post({ 'content-type': 'application/json', origin: product.url })).status).toBe(400);
  });

  it.concurrent.each(['/api/health', '/api/incidents', '/api/silences', '/api/maintenance'])(
    'HEAD %s is answered as GET is, without a body',
    async (path) => {
      const answer = await fetch(`${product.url}${path}`, { method: 'HEAD' });
      expect([answer.status, await answer.text()]).toEqual([200, '']);
    },
  );
});

it('prints no error', () => {
  expect(people.faults()).toEqual([]);
  expect(product.errors()).toEqual([]);
});

function siteIdOf(item: object): string {
  return (item as { site: { id: string } }).site.id;
}

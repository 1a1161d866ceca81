import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lossOf, lossRequest } from '../../../src/lib/api/lossRequest.ts';
import { outlookView } from '../../../src/lib/api/outlookView.ts';
import { problemDetails } from '../../../src/lib/api/problemDetails.ts';
import type { Silence } from '../../../src/lib/control/control.ts';
import { outlookOf } from '../../../src/lib/policy/outlook.ts';
import { runRoutes } from '../../../tools/routes/runRoutes.ts';
import { configOf } from '../../support/configOf.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'responder-routes-'));
const file = path.join(folder, 'plant.yaml');
const mail = '{ email: { to: [someone@plant.example] } }';
const now = Date.parse('2026-03-04T12:00Z');

beforeAll(() =>
  writeFileSync(
    file,
    `sites:
  - { id: oslo, name: Oslo plant, timeZone: Europe/Oslo, devices: ["oslo-*"] }
  - { id: nyc, timeZone: America/New_York, devices: ["nyc-*"] }
receivers:
  operators: { email: { to: [ops@plant.example] }, fallback: reserve }
  lead: ${mail}
  boss: ${mail}
  page: ${mail}
  network: ${mail}
  quality: ${mail}
  all: ${mail}
  archive: ${mail}
  reserve: ${mail}
  forgotten: ${mail}
timeIntervals:
  nights: { timeZone: Europe/Oslo, times: ["22:00-06:00"] }
  weekends: { timeZone: Europe/Oslo, weekdays: [saturday, sunday] }
  office: { timeZone: America/New_York, weekdays: ["monday:friday"], times: ["02:30-17:00"] }
  always: { timeZone: UTC }
maintenance:
  - { name: Service, match: { devices: ["oslo-press-*"] }, from: "2026-05-04T08:00", until: "2026-05-04T10:00", timeZone: Europe/Oslo }
routes:
  - { match: { sites: [oslo] }, to: [operators], muteDuring: [nights, weekends], muteBelow: critical,
      escalate: [{ after: 15m, to: [lead] }, { after: 1h, to: [boss, page] }] }
  - { match: { severity: [critical] }, to: [page] }
  - { match: { cause: [siteUplink] }, to: [network], final: true }
  - { match: { sites: [nyc] }, per: device, to: [quality], activeDuring: [office] }
  - { match: { reason: [flappingBegan] }, to: [quality] }
  - { match: { hubs: [hub-a] }, to: [all] }
  - { match: { devices: ["oslo-gate-*"] }, per: device, to: [operators] }
  - { match: { sites: [nyc] }, to: [archive], muteDuring: [always] }`,
  ),
);
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: readonly string[]) {
  const printed: string[] = [];
  const noted: string[] = [];
  const output = { print: (line: string) => printed.push(line), note: (line: string) => noted.push(line) };
  const code = await runRoutes(['--file', file, ...args], {}, now, output);
  return { code, printed: printed.join('\n'), noted: noted.join('\n') };
}

async function answer(...args: readonly string[]) {
  const { printed } = await run('--json', ...args);
  const { told, notTold } = JSON.parse(printed) as {
    told: { receiver: string; per: string; at: string; why: string; route: number; step: number | null }[];
    notTold: { receiver: string; route: number | null; because: string }[];
  };
  return {
    told: told.map(({ receiver, at, route, step }) =>
      [at.slice(0, 16), receiver, step === null ? `${route}` : `${route}.${step}`].join(' '),
    ),
    because: Object.fromEntries(notTold.map(({ receiver, because }) => [receiver, because])),
    raw: { told, notTold },
  };
}

const press = ['--device', 'oslo-press-07'];

// When and to whom, by which route, or route and step. 4 March 2026 is a Wednesday; Oslo is an hour ahead of UTC, two from 29 March on.
describe('who is told when', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    [
      'a working day',
      [...press, '--at', '2026-03-04T12:00'],
      [
        '2026-03-04T11:00 operators 0',
        '2026-03-04T11:15 lead 0.0',
        '2026-03-04T12:00 boss 0.1',
        '2026-03-04T12:00 page 0.1',
      ],
    ],
    [
      'at night: when the night ends, and the steps from there',
      [...press, '--at', '2026-03-04T22:15'],
      [
        '2026-03-05T05:00 operators 0',
        '2026-03-05T05:15 lead 0.0',
        '2026-03-05T06:00 boss 0.1',
        '2026-03-05T06:00 page 0.1',
      ],
    ],
    [
      'at night, critical',
      [...press, '--at', '2026-03-04T22:15', '--severity', 'critical'],
      [
        '2026-03-04T21:15 operators 0',
        '2026-03-04T21:15 page 1',
        '2026-03-04T21:30 lead 0.0',
        '2026-03-04T22:15 boss 0.1',
      ],
    ],
    [
      'just before the night: the steps wait',
      [...press, '--at', '2026-03-04T21:50'],
      [
        '2026-03-04T20:50 operators 0',
        '2026-03-05T05:00 lead 0.0',
        '2026-03-05T05:00 boss 0.1',
        '2026-03-05T05:00 page 0.1',
      ],
    ],
    [
      'on the first moment of the night',
      [...press, '--at', '2026-03-04T22:00'],
      [
        '2026-03-05T05:00 operators 0',
        '2026-03-05T05:15 lead 0.0',
        '2026-03-05T06:00 boss 0.1',
        '2026-03-05T06:00 page 0.1',
      ],
    ],
    [
      'on its last',
      [...press, '--at', '2026-03-05T06:00'],
      [
        '2026-03-05T05:00 operators 0',
        '2026-03-05T05:15 lead 0.0',
        '2026-03-05T06:00 boss 0.1',
        '2026-03-05T06:00 page 0.1',
      ],
    ],
    [
      'on Friday night: Monday morning',
      [...press, '--at', '2026-03-06T23:00'],
      [
        '2026-03-09T05:00 operators 0',
        '2026-03-09T05:15 lead 0.0',
        '2026-03-09T06:00 boss 0.1',
        '2026-03-09T06:00 page 0.1',
      ],
    ],
    [
      'before the clock is put forward: an hour less',
      [...press, '--at', '2026-03-27T23:00'],
      [
        '2026-03-30T04:00 operators 0',
        '2026-03-30T04:15 lead 0.0',
        '2026-03-30T05:00 boss 0.1',
        '2026-03-30T05:00 page 0.1',
      ],
    ],
    [
      'before the clock is put back: an hour more',
      [...press, '--at', '2026-10-24T23:00'],
      [
        '2026-10-26T05:00 operators 0',
        '2026-10-26T05:15 lead 0.0',
        '2026-10-26T06:00 boss 0.1',
        '2026-10-26T06:00 page 0.1',
      ],
    ],
    [
      'an instant with its offset',
      [...press, '--at', '2026-03-04T06:00:30-05:00'],
      [
        '2026-03-04T11:00 operators 0',
        '2026-03-04T11:15 lead 0.0',
        '2026-03-04T12:00 boss 0.1',
        '2026-03-04T12:00 page 0.1',
      ],
    ],
    [
      'during planned work: after it and its grace',
      [...press, '--at', '2026-05-04T09:00'],
      [
        '2026-05-04T08:10 operators 0',
        '2026-05-04T08:25 lead 0.0',
        '2026-05-04T09:10 boss 0.1',
        '2026-05-04T09:10 page 0.1',
      ],
    ],
    [
      'lost during planned work, due within its grace',
      [...press, '--at', '2026-05-04T10:03'],
      [
        '2026-05-04T08:10 operators 0',
        '2026-05-04T08:25 lead 0.0',
        '2026-05-04T09:10 boss 0.1',
        '2026-05-04T09:10 page 0.1',
      ],
    ],
    [
      'lost after it',
      [...press, '--at', '2026-05-04T10:06'],
      [
        '2026-05-04T08:06 operators 0',
        '2026-05-04T08:21 lead 0.0',
        '2026-05-04T09:06 boss 0.1',
        '2026-05-04T09:06 page 0.1',
      ],
    ],
    [
      'planned work begins before a step is due',
      [...press, '--at', '2026-05-04T07:30'],
      [
        '2026-05-04T05:30 operators 0',
        '2026-05-04T05:45 lead 0.0',
        '2026-05-04T08:10 boss 0.1',
        '2026-05-04T08:10 page 0.1',
      ],
    ],
    [
      'a known cause: final, and only for later routes',
      [...press, '--at', '2026-03-04T12:00', '--cause', 'siteUplink', '--hub', 'hub-a'],
      [
        '2026-03-04T11:00 operators 0',
        '2026-03-04T11:00 network 2',
        '2026-03-04T11:15 lead 0.0',
        '2026-03-04T12:00 boss 0.1',
        '2026-03-04T12:00 page 0.1',
      ],
    ],
    [
      'a hub by name, without regard to case',
      [...press, '--at', '2026-03-04T12:00', '--hub', 'HUB-A'],
      [
        '2026-03-04T11:00 operators 0',
        '2026-03-04T11:00 all 5',
        '2026-03-04T11:15 lead 0.0',
        '2026-03-04T12:00 boss 0.1',
        '2026-03-04T12:00 page 0.1',
      ],
    ],
    [
      'flapping',
      ['--device', 'oslo-lamp', '--at', '2026-03-04T12:00', '--reason', 'flappingBegan'],
      [
        '2026-03-04T11:00 operators 0',
        '2026-03-04T11:00 quality 4',
        '2026-03-04T11:15 lead 0.0',
        '2026-03-04T12:00 boss 0.1',
        '2026-03-04T12:00 page 0.1',
      ],
    ],
    [
      'both kinds of incident',
      ['--device', 'oslo-gate-1', '--at', '2026-03-05T05:59'],
      [
        '2026-03-05T04:59 operators 6',
        '2026-03-05T05:00 operators 0',
        '2026-03-05T05:15 lead 0.0',
        '2026-03-05T06:00 boss 0.1',
        '2026-03-05T06:00 page 0.1',
      ],
    ],
    [
      'another zone, in working hours',
      ['--device', 'nyc-1', '--at', '2026-03-06T12:00'],
      ['2026-03-06T17:00 quality 3'],
    ],
    [
      'on Sunday: from the gap of the night before Monday it is the usual start',
      ['--device', 'nyc-1', '--at', '2026-03-08T12:00'],
      ['2026-03-09T06:30 quality 3'],
    ],
    ['without a site, now', ['--device', 'nowhere-1'], []],
  ])('%s', async (_, args, told) => {
    expect((await answer(...args)).told).toEqual(told);
  });
});

it('says why the others are not', async () => {
  expect((await answer(...press, '--at', '2026-03-04T12:00')).because).toEqual({
    network: 'cause',
    quality: 'reason',
    all: 'hubs',
    archive: 'sites',
    reserve: 'fallback',
    forgotten: 'noRoute',
  });
  expect((await answer(...press, '--cause', 'siteUplink', '--hub', 'hub-a')).because).toMatchObject({
    all: 'final',
  });
  expect((await answer('--device', 'nyc-1', '--at', '2026-03-06T12:00')).because).toMatchObject({
    archive: 'muteTime',
    operators: 'devices',
    page: 'severity',
    reserve: 'noRoute',
  });
});

it('prints what programs read', async () => {
  const { raw } = await answer('--device', 'nyc-1', '--at', '2026-03-06T12:00');
  expect(raw.told).toEqual([
    {
      receiver: 'quality',
      per: 'device',
      at: '2026-03-06T17:00:00.000Z',
      why: 'route',
      route: 3,
      step: null,
    },
  ]);
  expect(raw.notTold).toContainEqual({ receiver: 'lead', route: 0, because: 'sites' });
  expect(raw.notTold).toContainEqual({ receiver: 'forgotten', route: null, because: 'noRoute' });
});

it('says it in words', async () => {
  const { code, printed } = await run(...press, '--at', '2026-03-04T22:15');
  expect(code).toBe(0);
  expect(printed.split('\n')).toEqual([
    'oslo-press-07, site oslo: is offline, warning, cause unknown',
    'First notice due Wed 4 Mar 2026, 22:15 (Europe/Oslo, GMT+1)',
    '',
    'Told:',
    '  Thu 5 Mar 2026, 06:00  operators  incident of the site, by routes[0]; the route is mute until then',
    '  Thu 5 Mar 2026, 06:15  lead       incident of the site, by routes[0].escalate[0], after operators',
    '  Thu 5 Mar 2026, 07:00  boss       incident of the site, by routes[0].escalate[1], after operators',
    '  Thu 5 Mar 2026, 07:00  page       incident of the site, by routes[0].escalate[1], after operators',
    '',
    'Not told:',
    '  network    routes[2] is for cause siteUplink, not unknown',
    '  quality    routes[3] is for site nyc',
    '  quality    routes[4] is for flappingBegan, not outageBegan',
    '  all        routes[5] is for hub hub-a; name the hub with --hub',
    '  archive    routes[7] is for site nyc',
    '  reserve    is told only when somebody above cannot be',
    '  forgotten  no route names it',
  ]);
});

it.each([
  [['--at', '2026-03-04T22:15'], '--device: is missing; use the id of a device'],
  [
    [...press, '--severity', 'critcal'],
    '--severity: "critcal" is not accepted here; use one of info, warning, critical',
  ],
  [
    [...press, '--at', 'tomorrow'],
    '--at: "tomorrow" is not a time; use 2026-03-04T22:15 (local time of the site)',
  ],
  [[...press, '--at', '2026-02-30T12:00'], '--at: "2026-02-30T12:00" is not a time'],
  [[...press, '--sevrity', 'critical'], "Unknown option '--sevrity'"],
])('refuses %j', async (args, fault) => {
  const { code, noted, printed } = await run(...args);
  expect([code, printed]).toEqual([2, '']);
  expect(noted).toContain(fault);
});

it('ends with 1 and every mistake of the file', async () => {
  const broken = path.join(folder, 'broken.yaml');
  writeFileSync(broken, 'receivers: {}\nroutes: [{ to: [nobody] }]');
  const { code, noted } = await run('--file', broken, ...press);
  expect(code).toBe(1);
  expect(noted).toBe('routes[0].to[0]: "nobody" is not a receiver; there are none');
  expect((await run('--file', path.join(folder, 'none.yaml'), ...press)).noted).toContain(
    'cannot be read (ENOENT)',
  );
});

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
      ...configOf(readFileSync(file, 'utf8')),
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
    expect((await ask(...press, '--file', file)).code).toBe(2);
    expect((await ask(...press, '--url', 'http://func.example')).code).toBe(2);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runRoutes } from '../../../tools/routes/runRoutes.ts';
import { now, plant } from './plant.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'responder-routes-'));
const file = path.join(folder, 'plant.yaml');
beforeAll(() => writeFileSync(file, plant));
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

import { describe, expect, it } from 'vitest';
import { classify } from '../../../src/lib/diagnosis/judge.ts';
import type { LogRow } from '../../../src/lib/diagnosis/logs/logRow.ts';
import { connected, lost, lostMs, observed, others, refused, row } from './observe.ts';

const press = Array.from({ length: 10 }, (_, index) => `oslo-press-${index}`);
const well = others('bergen', 4, (id) => connected(id));
const each = (make: (deviceId: string) => LogRow | LogRow[]) => press.flatMap(make);
const one = ['oslo-press-0'];
const mates = press.slice(1);

const policy: readonly [string, Parameters<typeof observed>[0], string][] = [
  [
    'a whole site that breaks off is its power or network',
    { fallen: press, rows: each((id) => lost(id)), surroundings: well },
    'siteUplink high',
  ],
  [
    'without logs it is so with less confidence',
    { fallen: press, logs: 'unread', surroundings: null },
    'siteUplink medium',
  ],
  [
    'two of ten faults of the service among them change nothing',
    {
      fallen: press,
      rows: press.map((id, index) => lost(id, index < 2 ? '500001' : '404104')),
      surroundings: well,
    },
    'siteUplink high',
  ],
  [
    'a hub that tells several sites that it is being restored explains those too that have not knocked',
    {
      fallen: press,
      rows: [...each((id) => lost(id)), ...press.slice(0, 5).flatMap((id) => refused(id, '503006'))],
      surroundings: ['bergen', 'narvik'].flatMap((site) =>
        others(site, 5, (id) => refused(id, '503006')[0]!),
      ),
    },
    'cloud high',
  ],
  [
    'a firmware that stands behind the SDK in the client’s text falls, and an older one stays',
    {
      fallen: ['oslo-a', 'oslo-b', 'oslo-c', 'oslo-d'],
      stayed: ['oslo-e', 'oslo-f', 'oslo-g'],
      rows: [
        ...['a', 'b', 'c', 'd'].map((id) =>
          lost(`oslo-${id}`, '404104', { client: `sdk/1.1 (press 4.2; SN ${id})` }),
        ),
        ...['e', 'f', 'g'].map((id) => connected(`oslo-${id}`, { client: `sdk/1.1 (press 4.1; SN ${id})` })),
      ],
      surroundings: well,
    },
    'deviceSoftware medium',
  ],
  [
    'devices that have connected to another hub since have been moved there',
    {
      fallen: press,
      devices: press.map((deviceId) => ({
        deviceId,
        moduleId: null,
        lostAtMs: lostMs,
        flapping: false,
        connectedTo: 'hub-fleet-02',
      })),
      rows: each((id) => lost(id)),
      surroundings: well,
    },
    'administrative high',
  ],
  [
    'several whole sites while others stay share a network above',
    {
      fallen: press,
      rows: each((id) => lost(id)),
      surroundings: [
        ...well,
        ...others('narvik', 5, (id) => lost(id)),
        ...others('tromso', 5, (id) => lost(id)),
      ],
    },
    'provider medium',
  ],
  [
    'part of a site that shares a name is its line or gateway',
    {
      fallen: ['oslo-l2-a', 'oslo-l2-b', 'oslo-l2-c', 'oslo-l2-d'],
      stayed: ['oslo-l1-a', 'oslo-l1-b', 'oslo-l1-c'],
      rows: ['a', 'b', 'c', 'd'].map((id) => lost(`oslo-l2-${id}`)),
    },
    'gateway medium',
  ],
  [
    'one protocol falls and the other stays: a port',
    {
      fallen: ['oslo-a', 'oslo-b', 'oslo-c'],
      stayed: ['oslo-d', 'oslo-e', 'oslo-f'],
      rows: [
        ...['a', 'b', 'c'].map((id) => lost(`oslo-${id}`)),
        ...['d', 'e', 'f'].map((id) => connected(`oslo-${id}`, { protocol: 'MqttWs' })),
      ],
    },
    'networkPolicy medium',
  ],
  [
    'protocol and client version that differ together tell neither',
    {
      fallen: ['oslo-a', 'oslo-b', 'oslo-c'],
      stayed: ['oslo-d', 'oslo-e'],
      rows: [
        ...['a', 'b', 'c'].map((id) => lost(`oslo-${id}`, '404104', { client: 'old' })),
        ...['d', 'e'].map((id) => connected(`oslo-${id}`, { protocol: 'MqttWs' })),
      ],
    },
    'networkPolicy low',
  ],
  [
    'one version falls, others stay',
    {
      fallen: ['oslo-a', 'oslo-b', 'oslo-c'],
      stayed: ['oslo-d', 'oslo-e'],
      rows: [
        ...['a', 'b', 'c'].map((id) => lost(`oslo-${id}`, '404104', { client: 'old' })),
        ...['d', 'e'].map((id) => connected(`oslo-${id}`)),
      ],
    },
    'deviceSoftware medium',
  ],
  [
    'one device alone is its power, hardware or link',
    { fallen: one, stayed: mates, rows: [lost(one[0]!)] },
    'device medium',
  ],
  [
    'a 401003 on the disconnect alone is no refusal',
    { fallen: one, stayed: mates, rows: [lost(one[0]!, '401003')] },
    'device low',
  ],
  [
    '401xxx on connects after the loss is',
    { fallen: one, stayed: mates, rows: [lost(one[0]!), ...refused(one[0]!, '401003')] },
    'credentials high',
  ],
  [
    'an error more than ten minutes before the loss explains nothing',
    {
      fallen: one,
      stayed: mates,
      rows: [
        row(one[0]!, 'connect', { atS: -700, code: '401003' }),
        connected(one[0]!, { atS: -690 }),
        lost(one[0]!),
      ],
    },
    'device medium',
  ],
  [
    'a goodbye without error code is a planned stop',
    { fallen: press, rows: each((id) => lost(id, '')), surroundings: well },
    'plannedStop high',
  ],
  [
    'a disabled device is administrative',
    { fallen: one, stayed: mates, rows: [lost(one[0]!), ...refused(one[0]!, '403012')] },
    'administrative high',
  ],
  [
    'one row of a suspended hub outweighs all losses',
    {
      fallen: press,
      rows: [...each((id) => lost(id)), row(one[0]!, 'connect', { atS: 60, code: '403001' })],
      surroundings: [],
    },
    'administrative medium',
  ],
  [
    '403002 is the quota',
    { fallen: press, rows: each((id) => [lost(id), ...refused(id, '403002')]) },
    'quota high',
  ],
  [
    '429xxx is throttling',
    { fallen: press, rows: each((id) => [lost(id), ...refused(id, '429001')]) },
    'throttling high',
  ],
  [
    '503008 after a storm is throttling too, no fault of the service',
    { fallen: press, rows: each((id) => [lost(id), ...refused(id, '503008')]) },
    'throttling high',
  ],
  [
    '5xx at several sites is the service',
    {
      fallen: press,
      rows: each((id) => lost(id, '500001')),
      surroundings: [
        ...others('bergen', 3, (id) => lost(id, '500001')),
        ...others('narvik', 3, (id) => lost(id, '500008')),
      ],
    },
    'cloud high',
  ],
  [
    '5xx at one site while others are well contradict each other',
    { fallen: press, rows: each((id) => lost(id, '500001')), surroundings: well },
    'unknown low',
  ],
  [
    'a whole site is lost, and half of it is refused: two causes that follow each other',
    {
      fallen: press,
      rows: press.flatMap((id, index) => [lost(id), ...(index < 5 ? refused(id, '401003') : [])]),
    },
    'siteUplink medium & credentials 5',
  ],
  ['a single device without a row is unknown', { fallen: one, stayed: mates }, 'unknown low'],
  [
    'a hub that fails over is the service',
    { fallen: press, rows: each((id) => [lost(id), ...refused(id, '404012')]) },
    'cloud high',
  ],
];

describe('classify', () => {
  it.each(policy)('%s', (_, part, answer) => {
    const { lead, also } = classify(observed(part));
    const { cause, confidence, evidence } = lead;
    const further = also.map((each) => ` & ${each.cause} ${each.devices.length}`).join('');
    expect(`${cause} ${confidence}${further}`).toBe(answer);
    expect([...evidence.for, ...evidence.against]).not.toEqual([]);
  });

  it('names the facts that contradict each other', () => {
    const half = press.slice(0, 5);
    const rows = half.flatMap((id, index) =>
      index < 2 ? [lost(id), ...refused(id, '401003')] : [lost(id, '')],
    );
    const { lead, also } = classify(observed({ fallen: half.slice(0, 4), stayed: mates.slice(4), rows }));
    expect(lead).toMatchObject({ cause: 'unknown', confidence: 'low' });
    expect(lead.evidence.against.join(' ')).toMatch(
      /different causes: 2 of 4 devices: refused for their credentials. 2 of 4 devices: disconnected cleanly/,
    );
    expect(also.map(({ cause }) => cause)).toEqual(['credentials', 'plannedStop']);
  });

  it('gives the same answer whatever the order of the devices', () => {
    for (const [, part] of policy) {
      const turned = observed({ ...part, fallen: part.fallen.toReversed() });
      expect(classify(turned)).toEqual(classify(observed(part)));
    }
  });
});

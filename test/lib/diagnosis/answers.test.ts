import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/lib/diagnosis/classify.ts';
import { errorCounts } from '../../../src/lib/diagnosis/errorCounts.ts';
import { factsOf } from '../../../src/lib/diagnosis/facts.ts';
import type { LogRow } from '../../../src/lib/diagnosis/logRow.ts';
import type { Observations } from '../../../src/lib/diagnosis/observations.ts';
import {
  connected,
  lost,
  lostMs,
  neighbour,
  nowMs,
  observed,
  others,
  refused,
  row,
  site,
} from './observe.ts';

/*
 * What the diagnosis answers, written down around each of its thresholds: one line an answer, in
 * `test/fixtures/answers`. A change of an answer shows there (`npx vitest run -u test/lib/diagnosis/answers`), and is to
 * be read before it is kept.
 */

type Case = readonly [name: string, given: Observations];

/** `cause confidence | + what speaks for it | - what speaks against it | codes`. */
function answer(given: Observations): string {
  const { cause, confidence, evidence, codes } = judge(factsOf(given));
  return [
    `${cause} ${confidence}`,
    ...evidence.for.map((each) => `+ ${each}`),
    ...evidence.against.map((each) => `- ${each}`),
    ...(codes.length > 0 ? [codes.join()] : []),
  ].join(' | ');
}

const written = (cases: readonly Case[], tell: (given: Observations) => string = answer) =>
  `${cases.map(([name, given]) => `${name}: ${tell(given)}`).join('\n')}\n`;

const file = (name: string) => `../../fixtures/answers/${name}.txt`;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const named = (count: number, stem = 'oslo-') => upTo(count).map((index) => `${stem}${index}`);

/** Two clients take turns with an identity, seconds apart; the ends are address and version, in turn. */
function fight(deviceId: string, closings: number, everyS: number, ends: readonly string[]): LogRow[] {
  return upTo(closings).flatMap((index) => {
    const address = ends[index % ends.length]!;
    const atS = (index - closings) * everyS;
    return [
      row(deviceId, 'connect', { atS, address }),
      lost(deviceId, index % 2 ? '400027' : '409002', { atS: atS + everyS - 1, address }),
    ];
  });
}

/** Hourly renewals before, and then: a loss as long after the last connect as one of them. */
const renewals = (deviceId: string, hours = 2) =>
  upTo(hours)
    .flatMap((hour) => [
      lost(deviceId, '401003', { atS: -3600 * (hour + 1) }),
      connected(deviceId, { atS: -3600 * (hour + 1) + 20 }),
    ])
    .toReversed()
    .sort((a, b) => a.atMs - b.atMs);

/** How the connection of a device ends. */
const endings: Readonly<Record<string, (deviceId: string) => LogRow[]>> = {
  silent: () => [],
  lost: (id) => [lost(id)],
  replaced: (id) => [lost(id, '409002')],
  unrelated: (id) => [lost(id, '404103')],
  suspended: (id) => [lost(id), ...refused(id, '403001')],
  quota: (id) => [lost(id), ...refused(id, '403002')],
  throttled: (id) => [lost(id), ...refused(id, '429001')],
  disabled: (id) => [lost(id), ...refused(id, '403012')],
  deleted: (id) => [lost(id), ...refused(id, '404001')],
  unauthorized: (id) => [lost(id), ...refused(id, '401003')],
  noSuchHub: (id) => [lost(id), ...refused(id, '401001')],
  client: (id) => [lost(id), ...refused(id, '400006')],
  fault: (id) => [lost(id, '500001')],
  failover: (id) => [lost(id), ...refused(id, '404012')],
  upgrade: (id) => [lost(id, '400029')],
  goodbye: (id) => [lost(id, '')],
  restless: (id) => [-2400, -1200, 0].map((atS) => lost(id, '', { atS })),
  expired: (id) => [lost(id, '401003')],
  renewed: (id) => [...renewals(id), lost(id, '401003'), row(id, 'connect', { atS: 30 })],
  renewal: (id) => [...renewals(id), lost(id, '')],
  clash: (id) => fight(id, 6, 20, ['a', 'b']),
  fight: (id) => fight(id, 6, 20, ['a']),
};
const names = Object.keys(endings);

const inOrder = (rows: readonly LogRow[]) => [...rows].sort((a, b) => a.atMs - b.atMs);

/** The first `count` devices end so, the others otherwise. */
const mixed = (devices: readonly string[], ending: string, count: number, rest: string) =>
  inOrder(devices.flatMap((id, index) => endings[index < count ? ending : rest]!(id)));

describe('the answers', () => {
  it('to a site of ten of which some end so and the rest otherwise', async () => {
    const ten = named(10);
    const cases = names.flatMap((ending) =>
      ['lost', 'silent', 'unauthorized', 'goodbye'].flatMap((rest) =>
        ending === rest
          ? []
          : upTo(10).map(
              (index): Case => [
                `${index + 1} ${ending}, else ${rest}`,
                observed({ fallen: ten, rows: mixed(ten, ending, index + 1, rest) }),
              ],
            ),
      ),
    );
    await expect(written(cases)).toMatchFileSnapshot(file('endings'));
  });

  it('to few devices, with others that stayed or none', async () => {
    const cases = names.flatMap((ending) =>
      [1, 2, 3].flatMap((fallen) =>
        [0, 1, 4].flatMap((stayed) =>
          ['near', 'late'].map((when): Case => {
            const all = named(fallen + stayed);
            const given = observed({
              fallen: all.slice(0, fallen),
              stayed: all.slice(fallen),
              rows: mixed(all.slice(0, fallen), ending, fallen, 'silent'),
            });
            const later = { ...given, nowMs: lostMs + 21 * 60_000 };
            return [`${fallen} ${ending}, ${stayed} stayed, ${when}`, when === 'late' ? later : given];
          }),
        ),
      ),
    );
    await expect(written(cases)).toMatchFileSnapshot(file('few'));
  });

  it('to a loss with more or less of the other sites in it', async () => {
    const down =
      (part: { atS?: number; code?: string } = {}) =>
      (id: string) =>
        lost(id, part.code ?? '404104', { atS: part.atS ?? 0 });
    const well = (id: string) => connected(id);
    /** `w` whole, `p` half, `u` untouched, `s` with faults, `f` with a few faults, `q` at its quota, `l` lost later. */
    const kinds: Readonly<Record<string, (id: string) => ReturnType<typeof others>>> = {
      w: (id) => others(id, 5, down()),
      p: (id) => [
        ...others(id, 3, down()),
        ...others(`${id}`, 3, well).map((one) => ({ ...one, deviceId: `${one.deviceId}-w` })),
      ],
      u: (id) => others(id, 4, well),
      s: (id) => others(id, 5, down({ code: '500001' })),
      f: (id) => [
        ...others(id, 1, down({ code: '500001' })),
        ...others(id, 5, well).map((one) => ({ ...one, deviceId: `${one.deviceId}-w` })),
      ],
      q: (id) => others(id, 3, down({ code: '403002' })),
      l: (id) => others(id, 5, down({ atS: 100 })),
      x: (id) => others(id, 5, down({ atS: 520 })),
      o: (id) => others(id, 1, down()),
      c: (id) => others(id, 2, down({ code: '404012' })),
      h: (id) => others(id, 2, (one) => row(one, 'connect', { atS: 30, code: '403001' })),
    };
    const hubs = [
      '',
      'u',
      'w',
      'wu',
      'ww',
      'wwu',
      'wwww',
      'wwwwwwu',
      'p',
      'pp',
      'ppp',
      'pppu',
      'pppuu',
      'wpp',
      'wwp',
      'wpu',
      's',
      'ss',
      'sss',
      'ssu',
      'sssu',
      'su',
      'f',
      'fff',
      'q',
      'qq',
      'qqu',
      'lll',
      'llu',
      'xx',
      'o',
      'ooo',
      'oooooou',
      'c',
      'h',
      'wul',
      'pppl',
      'ppx',
    ];
    const own: readonly (readonly [fallen: number, all: number, ending: string, count: number])[] = [
      [10, 10, 'lost', 10],
      [10, 10, 'fault', 10],
      [10, 10, 'fault', 5],
      [10, 10, 'fault', 3],
      [10, 10, 'fault', 1],
      [10, 10, 'quota', 2],
      [10, 10, 'failover', 2],
      [10, 10, 'silent', 10],
      [8, 10, 'lost', 8],
      [7, 10, 'lost', 7],
      [3, 10, 'lost', 3],
      [3, 10, 'fault', 1],
      [1, 1, 'lost', 1],
      [1, 1, 'fault', 1],
    ];
    const cases = own.flatMap(([fallen, all, ending, count]) =>
      hubs.map((hub): Case => {
        const devices = named(all, 'oslo');
        const surroundings = [...hub].flatMap((kind, index) => kinds[kind]!(`${kind}${index}`));
        const rows = inOrder([
          ...mixed(devices.slice(0, fallen), ending, count, 'lost'),
          ...devices.slice(fallen).map((id) => connected(id)),
        ]);
        return [
          `${count} ${ending} of ${fallen} of ${all}, hub ${hub || 'alone'}`,
          observed({ fallen: devices.slice(0, fallen), stayed: devices.slice(fallen), rows, surroundings }),
        ];
      }),
    );
    await expect(written(cases)).toMatchFileSnapshot(file('neighbours'));
  });

  it('to a loss that is spread over time, read or not, complete or not', async () => {
    const cases = [0, 10, 119, 121, 509, 511, 900, 3000].flatMap((spreadS) =>
      (['read', 'partial', 'unread'] as const).flatMap((logs) =>
        [6, 20, 21, 60].flatMap((minutes) =>
          [3, 10].map((count): Case => {
            const devices = named(count).map((deviceId, index) => ({
              deviceId,
              moduleId: null,
              lostAtMs: lostMs + Math.round((spreadS * 1000 * index) / (count - 1)),
              flapping: false,
            }));
            const rows =
              logs === 'unread'
                ? []
                : devices.map(({ deviceId, lostAtMs }) =>
                    lost(deviceId, '404104', { atS: (lostAtMs - lostMs) / 1000 }),
                  );
            const given = observed({
              fallen: named(count),
              logs,
              rows,
              surroundings: logs === 'unread' ? null : [],
              otherSites: ['bergen'],
            });
            return [
              `${count} within ${spreadS} s, ${logs}, ${minutes} min ago`,
              { ...given, devices, nowMs: lostMs + spreadS * 1000 + minutes * 60_000 },
            ];
          }),
        ),
      ),
    );
    await expect(written(cases)).toMatchFileSnapshot(file('times'));
  });

  it('to those that fell and those that stayed with traits that tell them apart, or nearly', async () => {
    type Traits = { protocol?: string; client?: string; address?: string };
    const traits: Readonly<Record<string, Traits>> = {
      protocol: { protocol: 'Amqp' },
      client: { client: 'Python/2.0' },
      address: { address: '198.51.100.XXX' },
      'protocol and client': { protocol: 'Amqp', client: 'Python/2.0' },
      'protocol and address': { protocol: 'Amqp', address: '198.51.100.XXX' },
      'client and address': { client: 'Python/2.0', address: '198.51.100.XXX' },
      nothing: {},
    };
    const sizes = [
      [2, 3],
      [3, 1],
      [3, 2],
      [4, 3],
      [8, 2],
      [9, 3],
      [10, 10],
      [19, 1],
    ] as const;
    const cases = Object.entries(traits).flatMap(([name, other]) =>
      sizes.flatMap(([fallen, stayed]) =>
        ['dash', 'flat'].flatMap((naming) =>
          [0, 1, 2].flatMap((stray) =>
            ['', 'w', 'v'].map((hub): Case => {
              const down = named(fallen, naming === 'dash' ? 'oslo-l2-' : 'oslo');
              const up = named(stayed, naming === 'dash' ? 'oslo-l1-' : 'olso');
              const rows = inOrder([
                ...down.map((id, index) => lost(id, '404104', index < stray ? {} : other)),
                ...up.map((id, index) => connected(id, index < stray - 1 ? other : { atS: 60 })),
              ]);
              const elsewhere = (made: (id: string) => LogRow) => others('bergen', 4, made);
              const surroundings =
                hub === 'w'
                  ? [
                      ...elsewhere((id) => lost(id, '404104', other)),
                      ...others('narvik', 3, (id) => connected(id)),
                    ]
                  : hub === 'v'
                    ? [
                        ...elsewhere((id) => lost(id, '404104', other)),
                        ...elsewhere((id) => connected(`${id}-up`)),
                        neighbour('narvik', connected('narvik-0', other)),
                      ]
                    : [];
              return [
                `${name}: ${fallen} fell, ${stayed} stayed, names ${naming}, ${stray} stray, hub ${hub || 'alone'}`,
                observed({ fallen: down, stayed: up, rows, surroundings }),
              ];
            }),
          ),
        ),
      ),
    );
    await expect(written(cases)).toMatchFileSnapshot(file('traits'));
  });
});

/** The story of the one device that fell. */
function story(given: Observations): string {
  const { stories, cluster, fallen, known, siteShare, stayedConnected, settled } = factsOf(given);
  const [one] = stories;
  const seconds = (ms: number | null) => (ms === null ? 'never' : `${(ms - lostMs) / 1000} s`);
  const told = one
    ? `${one.ending} ${one.code || '-'}, lost ${seconds(one.lostAtMs)}${one.lossLogged ? ' (row)' : ''}, back ${seconds(one.backAtMs)}, ` +
      `${one.disconnects} disconnects, ${one.rows.length} rows, ${[one.renewalTimed && 'timed', one.clashProven && 'proven'].filter(Boolean).join()} ` +
      `${one.protocol} ${one.address} ${one.client}`
    : '';
  return `${told}; ${fallen} of ${known} (${siteShare}), ${stayedConnected} connected, cluster ${cluster?.size ?? 'none'}${settled ? ', settled' : ''}`;
}

describe('the story of a device', () => {
  const id = 'oslo-0';
  const of = (rows: readonly LogRow[], part: Partial<Observations> = {}): Observations => ({
    ...observed({ fallen: [id], stayed: ['oslo-1'], rows: inOrder(rows) }),
    ...part,
  });

  it('by when its rows stand', async () => {
    const flapping = { devices: [{ deviceId: id, moduleId: null, lostAtMs: null, flapping: true }] };
    const cases: Case[] = [
      ...[-3700, -601, -600, -599, -121, -120, -119, -1, 0, 59, 60, 61].flatMap((atS): Case[] => [
        [`a disconnect at ${atS} s`, of([lost(id, '404104', { atS })])],
        [
          `a disconnect at ${atS} s, back soon`,
          of([lost(id, '404104', { atS }), row(id, 'connect', { atS: atS + 5 })]),
        ],
        [`a refusal at ${atS} s`, of([row(id, 'connect', { atS, code: '401003' })])],
        [`only flapping, a disconnect at ${atS} s`, of([lost(id, '404104', { atS })], flapping)],
        [`a refusal at ${atS} s, flapping`, of([row(id, 'connect', { atS, code: '403012' })], flapping)],
      ]),
      ...[14, 15, 16].flatMap((apartS): Case[] => [
        [`401003 and then 404104 ${apartS} s later`, of([lost(id, '401003', { atS: -apartS }), lost(id)])],
        [
          `404104 and then 401003 ${apartS} s later`,
          of([lost(id, '404104', { atS: -apartS }), lost(id, '401003')]),
        ],
      ]),
      ...[43, 44, 45, 60, 75, 76, 77].flatMap((minutes): Case[] => [
        [`lost ${minutes} min after a connect`, of([connected(id, { atS: -minutes * 60 }), lost(id)])],
        [
          `lost ${minutes} min after a renewal`,
          of([
            lost(id, '401003', { atS: -minutes * 60 - 30 }),
            connected(id, { atS: -minutes * 60 }),
            lost(id, ''),
          ]),
        ],
        [
          `back soon, ${minutes} min after a renewal`,
          of([
            lost(id, '', { atS: -minutes * 60 - 30 }),
            connected(id, { atS: -minutes * 60 }),
            lost(id, ''),
            row(id, 'connect', { atS: 20 }),
          ]),
        ],
      ]),
      ...[1, 300, 599, 600, 601].flatMap((gapS): Case[] => [
        [
          `401003, back after ${gapS} s`,
          of([lost(id, '401003'), row(id, 'connect', { atS: gapS })], { nowMs: lostMs + 900_000 }),
        ],
        [
          `404104, back after ${gapS} s`,
          of([lost(id), row(id, 'connect', { atS: gapS })], { nowMs: lostMs + 900_000 }),
        ],
        [
          `refused for half of ${gapS} s`,
          of(
            [
              lost(id),
              row(id, 'connect', { atS: 0, code: '401003' }),
              row(id, 'connect', { atS: gapS / 2, code: '401003' }),
              row(id, 'connect', { atS: gapS }),
            ],
            { nowMs: lostMs + 900_000 },
          ),
        ],
        [
          `refused for less than half of ${gapS} s`,
          of(
            [
              lost(id),
              row(id, 'connect', { atS: 0, code: '401003' }),
              row(id, 'connect', { atS: gapS / 2 - 0.5, code: '401003' }),
              row(id, 'connect', { atS: gapS }),
            ],
            { nowMs: lostMs + 900_000 },
          ),
        ],
        [
          `gone ${gapS} s before, an earlier renewal`,
          of([
            lost(id, '', { atS: -3600 - gapS }),
            connected(id, { atS: -3600 }),
            lost(id, ''),
            row(id, 'connect', { atS: 9 }),
          ]),
        ],
      ]),
      ...['404104', '401003', '409002', '403012', '500001', ''].flatMap((first) =>
        ['404104', '401003', '409002', '429001', '404103'].map(
          (second): Case => [
            `disconnect ${first || 'orderly'}, refused ${second} more often, then ${first || '403002'}`,
            of([
              lost(id, first),
              ...refused(id, second),
              row(id, 'connect', { atS: 200, code: first || '403002' }),
            ]),
          ],
        ),
      ),
      [
        'traits of the loss, not of what it tried then',
        of([
          connected(id, { protocol: 'Amqp', address: 'x', client: 'c' }),
          lost(id, '404104', { protocol: '', address: '', client: '' }),
          row(id, 'connect', { atS: 9, protocol: 'MqttWs', address: 'y', client: 'd' }),
        ]),
      ],
      ['rows without traits', of([lost(id, '404104', { protocol: '', address: '', client: '' })])],
      ['a row of another kind', of([row(id, 'other', { atS: 5, code: '403002' })])],
      [
        'rows of a module speak for it alone',
        {
          ...of([lost(id, '403012', { moduleId: 'agent' }), lost(id)]),
          devices: [{ deviceId: id, moduleId: 'agent', lostAtMs: lostMs, flapping: false }],
        },
      ],
      [
        'rows of its device speak for a module',
        {
          ...of([lost(id)]),
          devices: [{ deviceId: id, moduleId: 'agent', lostAtMs: lostMs, flapping: false }],
        },
      ],
      ['others connected before and after', of([lost(id), row('oslo-1', 'connect', { atS: 0 })])],
      ['others connected after', of([lost(id), row('oslo-1', 'connect', { atS: 1 })])],
      ['others refused after', of([lost(id), row('oslo-1', 'connect', { atS: 1, code: '401003' })])],
      [
        'a mate that is not named',
        of([lost(id)], {
          surroundings: [neighbour('oslo', lost('oslo-2')), neighbour('bergen', lost('bergen-2'))],
        }),
      ],
      [
        'a mate lost long after',
        of([lost(id)], { surroundings: [neighbour('oslo', lost('oslo-2', '404104', { atS: 511 }))] }),
      ],
      ['a mate that said goodbye', of([lost(id)], { surroundings: [neighbour('oslo', lost('oslo-2', ''))] })],
      [
        'a device that is its own site has no mates',
        of([lost(id)], {
          site: { ...site('oslo'), kind: 'device' },
          surroundings: [{ ...neighbour('oslo', lost('oslo-2')), site: { ...site('oslo'), kind: 'device' } }],
        }),
      ],
      ['no time at all', { ...of([], flapping), nowMs }],
    ];
    await expect(written(cases, (given) => `${story(given)} => ${answer(given)}`)).toMatchFileSnapshot(
      file('stories'),
    );
  });

  it('of two clients with one identity', async () => {
    const cases = [2, 3, 4, 5, 6].flatMap((closings) =>
      [10, 30, 31, 90].flatMap((everyS) =>
        [['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'a', 'b'], ['a', 'b', 'b', 'a']].flatMap(
          (ends): Case[] => {
            const rows = fight(id, closings, everyS, ends);
            const title = `${closings} closings every ${everyS} s, from ${ends.join(' ')}`;
            return [
              [title, of(rows)],
              [`${title}, without connects`, of(rows.filter(({ operation }) => operation === 'disconnect'))],
            ];
          },
        ),
      ),
    );
    await expect(written(cases, (given) => `${story(given)} => ${answer(given)}`)).toMatchFileSnapshot(
      file('clashes'),
    );
  });

  it('in numbers of errors', () => {
    const rows = [
      ...upTo(20).map((index) => row(id, 'connect', { atS: index, code: '401003' })),
      lost(id, '404104', { description: 'gone' }),
      lost('oslo-1', '404104', { atS: 5 }),
      row('oslo-1', 'connect', { atS: 6, code: '429001' }),
      row('oslo-1', 'connect', { atS: 8, code: '500001' }),
      { ...row('oslo-1', 'connect', { atS: 7 }), error: true },
    ];
    const tally = { deviceId: id, moduleId: null, description: '', lastSeenMs: lostMs + 20_000 };
    const given = observed({
      fallen: [id, 'oslo-1'],
      rows: inOrder(rows),
      tallies: [
        { ...tally, code: '401003', rows: 400 },
        { ...tally, code: '404104', rows: 1 },
        { ...tally, deviceId: 'oslo-1', code: '404104', rows: 99 },
      ],
    });
    const counted = errorCounts(factsOf(given), {});
    expect(counted.map(({ code, count, lastSeen }) => [code, count, Date.parse(lastSeen) - lostMs])).toEqual([
      ['401003', 400, 20_000],
      ['404104', 2, 20_000],
      ['500001', 1, 8_000],
      ['none', 1, 7_000],
      ['429001', 1, 6_000],
    ]);
    const few = observed({
      fallen: [id],
      rows: rows.slice(1, 21),
      tallies: [{ ...tally, code: '401003', rows: 400 }],
    });
    expect(errorCounts(factsOf(few), {}).map(({ count }) => count)).toEqual([19, 1]);
    const untallied = observed({ fallen: [id], rows: inOrder(rows.slice(0, 20)) });
    expect(errorCounts(factsOf(untallied), {}).map(({ count }) => count)).toEqual([20]);
  });
});

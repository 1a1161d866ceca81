import { describe, expect, it } from 'vitest';
import { errorCounts } from '../../../src/lib/diagnosis/errorCounts.ts';
import type { LogRow } from '../../../src/lib/diagnosis/logs/logRow.ts';
import { factsOf } from '../../../src/lib/diagnosis/stories/facts.ts';
import type { Observations } from '../../../src/lib/diagnosis/stories/observations.ts';
import { connected, lost, lostMs, neighbour, nowMs, observed, refused, row, site } from './observe.ts';
import { answer, type Case, fight, file, inOrder, renewals, story, upTo, written } from './written.ts';

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
      ...[-400, -300, -200, 0, 10].flatMap((atS): Case[] => [
        [
          `a disconnect at -300 s, a connect at ${atS} s`,
          of([lost(id, '404104', { atS: -300 }), row(id, 'connect', { atS })]),
        ],
        [
          `a disconnect at -300 s, a refusal at ${atS} s`,
          of([lost(id, '404104', { atS: -300 }), row(id, 'connect', { atS, code: '401003' })]),
        ],
        [
          `a disconnect at -300 s, another row at ${atS} s`,
          of([lost(id, '404104', { atS: -300 }), row(id, 'other', { atS })]),
        ],
      ]),
      [
        'an error before a loss before its event',
        of([row(id, 'connect', { atS: -900, code: '429001' }), lost(id, '404104', { atS: -500 })]),
      ],
      ['another row after the loss', of([lost(id), row(id, 'other', { atS: 30 })])],
      [
        'a connect in the instant of a refusal',
        of([lost(id), row(id, 'connect', { atS: 30, code: '401003' }), row(id, 'connect', { atS: 30 })]),
      ],
      ['a connect in the instant of the loss', of([lost(id), row(id, 'connect')])],
      [
        'disconnects an hour before',
        of([lost(id, '404104', { atS: -3600 }), lost(id, '404104', { atS: -3599 }), lost(id)]),
      ],
      [
        'a fight that was over long before',
        of([
          ...fight(id, 6, 20, ['a', 'b']).map((each) => ({ ...each, atMs: each.atMs - 1_900_000 })),
          lost(id),
        ]),
      ],
      [
        'a fight that was over before',
        of([
          ...fight(id, 6, 20, ['a', 'b']).map((each) => ({ ...each, atMs: each.atMs - 1_500_000 })),
          lost(id),
        ]),
      ],
      ...['409002', '403012', '404103'].map(
        (code): Case => [
          `a fight, and refused ${code}`,
          of([...fight(id, 6, 20, ['a', 'b']), ...refused(id, code)]),
        ],
      ),
      ...['409002', '403012', '404103', '401003'].map(
        (code): Case => [`refused ${code} alone`, of(refused(id, code))],
      ),
      [
        'a token that ended while two fought',
        of([...fight(id, 6, 20, ['a', 'b']), lost(id, '401003'), row(id, 'connect', { atS: 20 })]),
      ],
      ...[
        ['', '404104'],
        ['404104', ''],
        ['401003', '409002'],
        ['409002', '404104'],
        ['409002', '409002'],
        ['401003', '500001'],
        ['404103', '404103'],
      ].map(
        ([first, second]): Case => [
          `disconnects ${first || 'orderly'} and ${second || 'orderly'} in one loss`,
          of([lost(id, first, { atS: -5 }), lost(id, second)]),
        ],
      ),
      ...['other', 'connect'].map(
        (operation): Case => [
          `a steady renewal, and a failed ${operation} before the loss`,
          of([
            ...renewals(id),
            row(id, operation as 'other', { atS: -60, code: '429001' }),
            row(id, 'other', { atS: -50 }),
            lost(id, ''),
          ]),
        ],
      ),
      [
        'a connect an hour before, and again in the loss',
        of([
          connected(id, { atS: -3600 }),
          lost(id, '401003', { atS: -10 }),
          row(id, 'connect', { atS: -5 }),
          lost(id),
        ]),
      ],
      ...[
        [4, 3],
        [3, 4],
        [2, 2],
        [1, 4],
        [5, 1],
      ].flatMap(([many, few]) =>
        [
          ['429001', '403002'],
          ['403002', '429001'],
          ['401003', '500001'],
          ['404103', '401003'],
        ].map(
          ([first, second]): Case => [
            `refused ${many} times ${first}, then ${few} times ${second}`,
            of([
              lost(id),
              ...upTo(many!).map((n) => row(id, 'connect', { atS: 10 + n, code: first! })),
              ...upTo(few!).map((n) => row(id, 'connect', { atS: 100 + n, code: second! })),
            ]),
          ],
        ),
      ),
      [
        'newer rows without traits',
        of([
          lost(id, '404104', { protocol: '', address: '', client: '' }),
          row(id, 'connect', { atS: 9, code: '401003', protocol: '', address: '', client: '' }),
          connected(id, { protocol: 'Amqp', address: 'x', client: 'c' }),
        ]),
      ],
      ...[0, 1, 2].flatMap((connects) =>
        [59, 60, 61].map(
          (atS): Case => [
            `suspended, and ${connects} connects ${atS} s later`,
            of([
              lost(id),
              row(id, 'connect', { atS: 30, code: '403001' }),
              ...upTo(connects).map((n) => row(`oslo-${n + 1}`, 'connect', { atS: 30 + atS })),
            ]),
          ],
        ),
      ),
      ...[-601, -600].map(
        (atS): Case => [
          `suspended at ${atS} s`,
          of([row('oslo-1', 'connect', { atS, code: '403001' }), lost(id)]),
        ],
      ),
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

  it('of two clients with one identity, among other rows', async () => {
    const base = fight(id, 4, 20, ['a', 'b']);
    const slow = [0, 10, 100, 110, 200, 210].map((atS) =>
      lost(id, '409002', { atS: atS - 300, address: 'a' }),
    );
    const cases: Case[] = [
      [
        'refused connects among them',
        of([
          ...base,
          ...[1, 2, 3, 4].map((n) => row(id, 'connect', { atS: -n * 20 + 5, code: '401003', address: 'c' })),
        ]),
      ],
      [
        'other rows among them',
        of([...base, ...[1, 2, 3, 4].map((n) => row(id, 'other', { atS: -n * 20 + 5, address: 'c' }))]),
      ],
      [
        'losses among them',
        of([...base, ...[1, 2, 3, 4].map((n) => lost(id, '404104', { atS: -n * 20 + 5, address: 'c' }))]),
      ],
      [
        'losses in place of closings',
        of(base.map((each) => (each.operation === 'disconnect' ? { ...each, code: '404104' } : each))),
      ],
      [
        'two connects of three',
        of(base.filter((each, index) => each.operation === 'disconnect' || index < 4)),
      ],
      [
        'three connects of four',
        of(base.filter((each, index) => each.operation === 'disconnect' || index < 6)),
      ],
      ['quick and slow in turn', of(slow)],
      [
        'quick, and once slow',
        of([0, 10, 20, 200, 210, 220].map((atS) => lost(id, '409002', { atS: atS - 300, address: 'a' }))),
      ],
      [
        'twice quick, then slow',
        of([0, 100, 200, 210, 220, 320].map((atS) => lost(id, '409002', { atS: atS - 400, address: 'a' }))),
      ],
      [
        'one return among three ends',
        of(
          ['a', 'b', 'a', 'c', 'd', 'e'].map((address, n) =>
            lost(id, '409002', { atS: -300 + n * 50, address }),
          ),
        ),
      ],
      [
        'one return of two ends',
        of(
          ['a', 'b', 'a', 'a', 'a'].map((address, n) => lost(id, '409002', { atS: -300 + n * 50, address })),
        ),
      ],
      [
        'versions in turn',
        of(['a', 'b', 'a', 'b'].map((client, n) => lost(id, '409002', { atS: -300 + n * 50, client }))),
      ],
    ];
    await expect(written(cases, (given) => `${story(given)} => ${answer(given)}`)).toMatchFileSnapshot(
      file('alternations'),
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
    const alike = observed({
      fallen: [id],
      rows: ['500008', '429001', '401003', '500001'].map((code) => row(id, 'connect', { code })),
    });
    const codes = errorCounts(factsOf(alike), {}).map(({ code }) => code);
    expect(codes).toEqual(['401003', '429001', '500001', '500008']);
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

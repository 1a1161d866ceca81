import { describe, expect, it } from 'vitest';
import type { LogRow } from '../../../src/lib/diagnosis/logs/logRow.ts';
import { connected, lost, lostMs, neighbour, observed, others, row } from './observe.ts';
import { answer, type Case, file, inOrder, mixed, named, names, story, upTo, written } from './written.ts';

/*
 * What the diagnosis answers, written down around each of its thresholds: one line an answer, in
 * `test/fixtures/answers`. A change of an answer shows there (`npx vitest run test/lib/diagnosis --update`), and is to
 * be read before it is kept.
 */
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
    await expect(written(cases, (given) => `${story(given)} => ${answer(given)}`)).toMatchFileSnapshot(
      file('few'),
    );
  });

  it('to a loss with more or less of the other sites in it', async () => {
    const down =
      (part: { atS?: number; code?: string } = {}) =>
      (id: string) =>
        lost(id, part.code ?? '404104', { atS: part.atS ?? 0 });
    const well = (id: string) => connected(id);
    const wellToo = (id: string) => connected(`${id}-w`);
    /** `w` whole, `p` half, `u` untouched, `s` with faults, `f` with a few faults, `q` at its quota, `l` lost later. */
    const kinds: Readonly<Record<string, (id: string) => ReturnType<typeof others>>> = {
      w: (id) => others(id, 5, down()),
      p: (id) => [...others(id, 3, down()), ...others(id, 3, wellToo)],
      u: (id) => others(id, 4, well),
      s: (id) => others(id, 5, down({ code: '500001' })),
      f: (id) => [...others(id, 1, down({ code: '500001' })), ...others(id, 5, wellToo)],
      q: (id) => others(id, 3, down({ code: '403002' })),
      l: (id) => others(id, 5, down({ atS: 100 })),
      x: (id) => others(id, 5, down({ atS: 520 })),
      o: (id) => others(id, 1, down()),
      c: (id) => others(id, 2, down({ code: '404012' })),
      e: (id) => [...others(id, 4, down()), ...others(id, 1, wellToo)],
      g: (id) => others(id, 4, well).map((one, index) => (index < 1 ? { ...one, codes: ['500001'] } : one)),
      k: (id) => others(id, 10, well).map((one, index) => (index < 3 ? { ...one, codes: ['500001'] } : one)),
      z: () => [],
      j: (id) => others(id, 1, (one) => row(one, 'connect', { atS: 30, code: '403001' })),
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
      'e',
      'ee',
      'gg',
      'k',
      'kkkk',
      'wz',
      'wwz',
      'pppz',
      'zz',
      'j',
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
        const otherSites = [...hub].map((kind, index) => `${kind}${index}`);
        const surroundings = otherSites.flatMap((id) => kinds[id[0]!]!(id));
        const rows = inOrder([
          ...mixed(devices.slice(0, fallen), ending, count, 'lost'),
          ...devices.slice(fallen).map((id) => connected(id)),
        ]);
        return [
          `${count} ${ending} of ${fallen} of ${all}, hub ${hub || 'alone'}`,
          observed({
            fallen: devices.slice(0, fallen),
            stayed: devices.slice(fallen),
            rows,
            surroundings,
            otherSites,
          }),
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

  it('to connections that hold until they are renewed, and then do not come back', async () => {
    const cases = [3, 5].flatMap((count) =>
      upTo(count + 1).flatMap((timed) =>
        ['', 'u', 'up'].flatMap((also): Case[] => {
          const devices = named(count).map((deviceId, index) => ({
            deviceId,
            moduleId: null,
            lostAtMs: lostMs + index * 1_200_000,
            flapping: false,
          }));
          const rows = devices.flatMap(({ deviceId, lostAtMs }, index) => {
            const atS = (lostAtMs - lostMs) / 1000;
            const ageS = index < timed ? 3600 : 7200;
            return [connected(deviceId, { atS: atS - ageS }), lost(deviceId, '401003', { atS })];
          });
          const given = observed({
            fallen: named(count),
            stayed: ['oslo-x'],
            rows: inOrder(also === 'up' ? [...rows, connected('oslo-x', { atS: count * 1200 })] : rows),
            surroundings: also === '' ? [] : others('bergen', 4, (id) => connected(id)),
          });
          const name = `${timed} of ${count} when a token ended, ${also || 'alone'}`;
          return [[name, { ...given, devices, nowMs: lostMs + count * 1_200_000 + 360_000 }]];
        }),
      ),
    );
    await expect(written(cases)).toMatchFileSnapshot(file('renewals'));
  });

  it('to devices that come back by another protocol', async () => {
    const cases = [2, 3, 4, 10].flatMap((count) =>
      upTo(count + 1).flatMap((switched): Case[] => {
        const rows = named(count).flatMap((id, index) => [
          lost(id),
          ...(index < switched ? [row(id, 'connect', { atS: 700, protocol: 'MqttWs' })] : []),
        ]);
        const given = observed({ fallen: named(count), rows: inOrder(rows) });
        return [[`${switched} of ${count}`, { ...given, nowMs: lostMs + 900_000 }]];
      }),
    );
    await expect(written(cases)).toMatchFileSnapshot(file('switched'));
  });

  it('to names that tell those that fell from those that stayed, or nearly', async () => {
    const cases = [2, 4, 5, 10].flatMap((fell) =>
      upTo(Math.min(4, fell)).flatMap((strays) =>
        [0, 1, 2].map((alike): Case => {
          const down = upTo(fell).map((n) => (n < strays ? `oslo-x${n}` : `oslo-l2-press-${n}`));
          const up = upTo(12).map((n) => (n < alike ? `oslo-l2-saw-${n}` : `oslo-l1-${n}`));
          const rows = down.map((id) => lost(id));
          return [
            `${fell} fell, ${strays} with another name, ${alike} of 12 stayed with theirs`,
            observed({ fallen: down, stayed: up, rows }),
          ];
        }),
      ),
    );
    await expect(written(cases)).toMatchFileSnapshot(file('stems'));
  });

  it('to a part of a site with a name of its own, of which the logs say nothing', async () => {
    const cases = [2, 3, 5].flatMap((fell) =>
      ['silent', 'lost', 'expired'].map((ending): Case => {
        const down = named(fell, 'oslo-l2-');
        const rows = mixed(down, ending, fell, 'silent');
        return [`${fell} ${ending}`, observed({ fallen: down, stayed: named(4, 'oslo-l1-'), rows })];
      }),
    );
    await expect(written(cases)).toMatchFileSnapshot(file('names'));
  });
});

import { describe, expect, it } from 'vitest';
import type { Cause, Confidence } from '../../../src/lib/diagnosis/diagnosis.ts';
import { diagnoseSituation, type Situation, situationOf } from './situation.ts';

/* Cases that people who do this job met, retold with invented ids. Each stands for a whole kind. */

type Row = Situation['rows'][number];
const row = (device: string, at: string, op: 'connect' | 'disconnect', code = '', more: Partial<Row> = {}) =>
  ({ devices: [device], at, op, ...(code ? { code } : {}), ...more }) as Row;
const lost = (device: string, at: string, more: Partial<Row> = {}) =>
  row(device, at, 'disconnect', '404104', more);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const sites = ['oslo', 'bergen', 'narvik', 'tromso'];
const fell = (devices: string[], lostAt: string, spread = '0s') => [{ devices, lostAt, spread }];
const given = (part: Partial<Parameters<typeof situationOf>[0]>) =>
  situationOf({ story: '', expected: { cause: 'unknown' }, fallen: [], ...part });
const told = async (part: Parameters<typeof given>[0]) => {
  const { cause, confidence } = await diagnoseSituation(given(part));
  return `${cause} ${confidence}`;
};

describe('F1: the row of an older session after that of its newer one', () => {
  const takeOvers = (code: string, oldLast: boolean, names: string[]) =>
    names.flatMap((device, index) => {
      const connectS = 350 - 5 * index;
      const [connect, end] = oldLast ? [connectS, connectS - 0.4] : [connectS - 0.4, connectS];
      return [row(device, `-${connect}s`, 'connect'), row(device, `-${end}s`, 'disconnect', code)];
    });
  const elsewhere = ['bergen-a', 'bergen-b', 'narvik-a', 'narvik-b', 'tromso-a', 'tromso-b'];

  it.each(['400027', '409002'].flatMap((code) => [true, false].map((oldLast) => [code, oldLast] as const)))(
    'is no loss, closed with %s, old end last: %s',
    async (code, oldLast) => {
      const one = {
        sites,
        fallen: fell(['oslo-press-07'], '-6m'),
        unaffected: ['oslo-press-01', 'oslo-press-02'],
        rows: [
          lost('oslo-press-07', '-6m10s'),
          row('oslo-press-01', '-60m', 'connect'),
          row('oslo-press-02', '-60m', 'connect'),
          ...takeOvers(code, oldLast, elsewhere),
        ],
      };
      expect(await told(one)).toBe('device medium');
      const three = upTo(3).map((index) => `oslo-press-0${index + 1}`);
      const whole = {
        sites,
        fallen: fell(three, '-6m', '20s'),
        rows: [
          ...three.map((device, index) => lost(device, `-${370 - 10 * index}s`)),
          row('narvik-a', '-5m', 'connect'),
          ...takeOvers(code, oldLast, ['bergen-a', 'bergen-b']),
        ],
      };
      expect(await told(whole)).toBe('siteUplink medium');
    },
  );
});

describe('F2: one device at each of many sites, in one second', () => {
  it.each([
    [8, 3, 8, 1],
    [12, 4, 12, 1],
    [30, 10, 30, 1],
    [40, 2, 14, 1],
    [100, 10, 60, 1],
    [20, 6, 20, 2],
  ])('%i sites of %i devices, %i of them lose %i', async (count, size, hit, each) => {
    const names = upTo(count).map((index) => `s${String(index + 1).padStart(3, '0')}`);
    const down = (site: number, device: number) => site < hit && device < each;
    const rows = names.flatMap((site, index) =>
      upTo(size).flatMap((device) => [
        row(`${site}-a${device}`, `-${500 + 37 * device + index}s`, 'connect'),
        ...(down(index, device) ? [lost(`${site}-a${device}`, `-${360 - (0.7 * index) / count}s`)] : []),
      ]),
    );
    const diagnosis = await diagnoseSituation(
      given({
        sites: names,
        fallen: fell(
          upTo(each).map((device) => `s001-a${device}`),
          '-6m',
        ),
        unaffected: upTo(size - each).map((device) => `s001-a${device + each}`),
        rows,
      }),
    );
    expect(['cloud medium', 'unknown low']).toContain(`${diagnosis.cause} ${diagnosis.confidence}`);
    const evidence = JSON.stringify(diagnosis);
    expect(evidence).toContain(`${hit - 1} other sites`);
  });
});

describe('F3: every log row twice', () => {
  const press = upTo(6).map((index) => `oslo-press-0${index + 1}`);
  const badHour = [
    ...['-33m', '-21m', '-9m'].flatMap((at) => [
      row('oslo-press-07', at, 'disconnect', '409002'),
      row('oslo-press-07', at, 'connect'),
    ]),
    lost('oslo-press-07', '-4m'),
    ...press.map((device) => row(device, '-60m', 'connect')),
  ];

  it('gives the same answer and the same numbers as once', async () => {
    const once = given({ sites, fallen: fell(['oslo-press-07'], '-4m'), unaffected: press, rows: badHour });
    const twice = { ...once, rows: [...once.rows, ...once.rows] };
    const answer = await diagnoseSituation(once);
    expect(answer.cause).toBe('device');
    expect(await diagnoseSituation(twice)).toEqual(answer);
  });

  it('counts ten losses as ten, and two in an hour as two', async () => {
    const ten = upTo(10).map((index) => `oslo-press-${index}`);
    const rows = ten.flatMap((device) => [lost(device, '-5m'), lost(device, '-5m')]);
    const { errors } = await diagnoseSituation(given({ sites, fallen: fell(ten, '-5m'), rows }));
    expect(errors).toMatchObject([{ code: '404104', count: 10 }]);
    const two = ['-40m', '-4m'].flatMap((at) => [lost('oslo-press-07', at), lost('oslo-press-07', at)]);
    const { evidence } = await diagnoseSituation(
      given({
        sites,
        fallen: fell(['oslo-press-07'], '-4m'),
        unaffected: press,
        rows: [...two, row('oslo-press-07', '-39m', 'connect')],
      }),
    );
    expect(evidence.for.join()).not.toContain('times within an hour');
  });

  it('does not call several addresses one', async () => {
    const rows = upTo(7).flatMap((index) => {
      const address = `10.${index}.0.XXX`;
      const at = `-${300 - 20 * index}s`;
      return [
        row('oslo-press-07', at, 'connect', '', { address }),
        row('oslo-press-07', at, 'disconnect', '409002', { address: `10.${index - 1}.0.XXX` }),
      ];
    });
    const { evidence, confidence } = await diagnoseSituation(
      given({
        sites,
        fallen: [{ devices: ['oslo-press-07'], lostAt: null, flapping: true }],
        unaffected: press,
        rows,
      }),
    );
    expect(JSON.stringify(evidence)).not.toContain('one address');
    expect(confidence).toBe('low');
  });
});

describe('F4: an id of the machine inside the version', () => {
  const client = (version: string, id: string) => `.NET/${version} (.NET 6.0.9; Linux; X64; {${id}})`;
  const down = ['oslo-m01', 'oslo-m04', 'oslo-m06'];
  const up = ['oslo-m02', 'oslo-m05'];
  const rollout = (idOf: (device: string) => string) => ({
    sites,
    fallen: down.map((device, index) => ({ devices: [device], lostAt: `-${360 - 30 * index}s` })),
    unaffected: up,
    rows: [
      ...down.map((device, index) =>
        lost(device, `-${360 - 30 * index}s`, { client: client('1.42.0', idOf(device)) }),
      ),
      ...up.map((device) => row(device, '-40m', 'connect', '', { client: client('1.41.3', idOf(device)) })),
    ],
  });

  it.each([
    ['each its own', (device: string) => `id-of-${device}`],
    ['one for all', () => 'c0ffee00-1234'],
    ['a serial number after the version', (device: string) => `SN ${device.length}${device}99`],
  ])('does not hide the version, ids: %s', async (_, idOf) => {
    const diagnosis = await diagnoseSituation(given(rollout(idOf)));
    expect(diagnosis.cause).toBe('deviceSoftware');
    expect(diagnosis.evidence.for.join()).toContain('.NET/1.42.0');
    expect(JSON.stringify(diagnosis)).not.toContain(idOf(down[0]!));
  });

  it('tells two clients behind one router apart', async () => {
    const rows = upTo(6).flatMap((index) => {
      const own = { client: client('1.41.3', index % 2 === 0 ? 'aaaa' : 'bbbb') };
      const at = `-${300 - 40 * index}s`;
      return [row('oslo-m01', at, 'connect', '', own), row('oslo-m01', at, 'disconnect', '400027')];
    });
    const clash = {
      sites,
      fallen: [{ devices: ['oslo-m01'], lostAt: null, flapping: true }],
      unaffected: up,
      rows,
    };
    expect(await told(clash)).toBe('identityClash high');
  });
});

describe('F10: codes outside the catalogue, or not about the connection', () => {
  const answeredWith = (code: string) => ({
    sites,
    fallen: fell(['oslo-press-07'], '-6m'),
    unaffected: ['oslo-press-01', 'oslo-press-02'],
    rows: [
      lost('oslo-press-07', '-6m10s'),
      ...['-5m', '-4m', '-3m'].map((at) => row('oslo-press-07', at, 'connect', code)),
    ],
  });

  it.each([
    '404006',
    '404009',
    '403008',
    '403011',
    '409000',
    '404000',
    '401004',
    '400024',
    '418001',
    '403999',
  ])('%s claims nothing beyond what it says', async (code) => {
    const diagnosis = await diagnoseSituation(given(answeredWith(code)));
    expect(`${diagnosis.cause} ${diagnosis.confidence}`).toBe('unknown low');
    expect(diagnosis.summary).toContain(code);
    expect(diagnosis.summary).toContain('reaches the hub');
    expect(diagnosis.steps.join()).not.toContain('has power');
  });

  it.each<[string, Cause, Confidence]>([
    ['401999', 'credentials', 'low'],
    ['429777', 'throttling', 'low'],
  ])('%s, unlisted, is a hint by its first digits', async (code, cause, confidence) => {
    expect(await told(answeredWith(code))).toBe(`${cause} ${confidence}`);
  });
});

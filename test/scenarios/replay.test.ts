// The record of a site, played by the rules that were in force and by others.
import { describe, expect, it } from 'vitest';
import { replayRecord } from '../../src/lib/app/replayRecord.ts';
import { addSilence } from '../../src/lib/app/silences.ts';
import { holdSuggestionFor } from '../../src/lib/app/suggestHold.ts';
import { siteKeyOf } from '../../src/lib/directory/placeKey.ts';
import type { Change } from '../../src/lib/replay/compare.ts';
import { silentLog } from '../../src/lib/telemetry/log.ts';
import { AskedSite } from '../support/askedSite.ts';
import { start } from '../support/events.ts';
import { offsetMs } from '../support/offsetMs.ts';
import { rulesOf } from './why/questions.ts';

const ids = Array.from({ length: 6 }, (_, n) => `oslo-${n}`);
type Gap = readonly [device: string, lost: string, back: string];

/** Losses and returns, in order. */
async function story(gaps: readonly Gap[], config?: string, before?: (one: AskedSite) => Promise<unknown>) {
  const one = new AskedSite(rulesOf(config));
  await one.change('DeviceConnected', ...ids);
  await before?.(one);
  const changes = gaps
    .flatMap(([device, lost, back]) => [
      { at: lost, kind: 'DeviceDisconnected' as const, device },
      { at: back, kind: 'DeviceConnected' as const, device },
    ])
    .sort((a, b) => offsetMs(a.at) - offsetMs(b.at));
  for (const { at, kind, device } of changes) {
    await one.until(at);
    await one.change(kind, device);
  }
  await one.until('12h');
  return one;
}

async function compared(one: AskedSite, config: string) {
  const asked = { fromMs: start, untilMs: one.nowMs, rules: rulesOf(config), hub: null, site: null };
  const all = [];
  for await (const { comparison } of replayRecord(one.app, asked, one.nowMs)) all.push(comparison);
  return {
    changes: all.flatMap(({ changes }) => changes).map(shown),
    before: all.reduce((sum, { before }) => sum + before, 0),
    after: all.reduce((sum, { after }) => sum + after, 0),
  };
}

const minuteOf = (atMs: number | null) => (atMs === null ? null : Math.round((atMs - start) / 60_000));
const shown = ({ kind, receiver, reason, wasMs, wouldBeMs }: Change) =>
  `${kind} ${receiver} ${reason} ${minuteOf(wasMs)} ${minuteOf(wouldBeMs)}`;

const plain = 'routes: [{ to: [operators] }]\n';
const outage: Gap = ['oslo-0', '1h', '2h'];
const shortOutage: Gap = ['oslo-1', '4h', '4h7m'];

describe('a day of one blip, one outage of seven minutes and one of an hour', async () => {
  const one = await story([['oslo-2', '30m', '33m'], outage, shortOutage]);

  it.each([
    { what: 'the same rules', config: plain, changes: [] },
    {
      what: 'a longer hold',
      config: `policy: { offlineAfter: 10m }\n${plain}`,
      changes: [
        'later operators outageBegan 66 71',
        'fewer operators outageBegan 246 null',
        'fewer operators recovered 249 null',
      ],
    },
    {
      what: 'a shorter hold',
      config: `policy: { offlineAfter: 2m }\n${plain}`,
      changes: [
        'more operators outageBegan null 33',
        'more operators recovered null 35',
        'earlier operators outageBegan 66 63',
        'earlier operators outageBegan 246 243',
      ],
    },
    {
      what: 'another receiver',
      config: 'routes: [{ to: [operators, lead] }]\n',
      changes: [
        'more lead outageBegan null 66',
        'more lead recovered null 122',
        'more lead outageBegan null 246',
        'more lead recovered null 249',
      ],
    },
    {
      what: 'a route that wants critical alone',
      config: 'routes: [{ match: { severity: [critical] }, to: [operators] }]\n',
      changes: [
        'fewer operators outageBegan 66 null',
        'fewer operators recovered 122 null',
        'fewer operators outageBegan 246 null',
        'fewer operators recovered 249 null',
      ],
    },
  ])('by $what', async ({ config, changes }) => {
    const result = await compared(one, config);
    expect(result.changes).toEqual(changes);
    // What was really sent is what the play by the rules of then comes to.
    expect(result.before).toBe(one.sent.length);
  });
});

it('keeps to what people had silenced', async () => {
  const match = { hubs: null, sites: null, devices: ['oslo-0'] };
  const one = await story([outage, shortOutage], plain, (site) =>
    addSilence(site.app, { match, forMs: 3 * 60 * 60_000, by: 'Ada', reason: null }, site.nowMs, silentLog),
  );
  expect(await compared(one, 'policy: { offlineAfter: 6m }\nroutes: [{ to: [operators] }]\n')).toMatchObject({
    before: 2,
    changes: ['later operators outageBegan 246 247'],
  });
});

it('plays devices that the other rules give to another site there', async () => {
  const one = await story([outage], plain);
  const asked = {
    fromMs: start,
    untilMs: one.nowMs,
    rules: {
      ...rulesOf(plain),
      sites: [{ id: 'bergen', name: 'Bergen', timeZone: 'UTC', devices: ['oslo-*'] }],
    },
    hub: null,
    site: null,
  };
  const changes = [];
  for await (const { key, comparison } of replayRecord(one.app, asked, one.nowMs))
    changes.push(...comparison.changes.map((change) => `${key.id} ${shown(change)}`));
  expect(changes).toEqual([
    'oslo fewer operators outageBegan 66 null',
    'oslo fewer operators recovered 122 null',
    'bergen more operators outageBegan null 66',
    'bergen more operators recovered null 122',
  ]);
});

describe('a hold for a site, by its own gaps', () => {
  const gaps = (count: number, lasts: string): Gap[] =>
    Array.from({ length: count }, (_, n) => [
      `oslo-${n % 6}`,
      `${n * 30 + 10}m`,
      `${offsetMs(`${n * 30 + 10}m`) / 1_000 + offsetMs(lasts) / 1_000}s`,
    ]);
  it.each([
    {
      what: 'of seven minutes',
      lasts: '7m',
      suggests: { presentMs: 300_000, suggestedMs: 480_000, gaps: 12, toldNow: 12, toldThen: 0 },
    },
    {
      what: 'of forty seconds',
      lasts: '40s',
      suggests: { presentMs: 300_000, suggestedMs: 60_000, gaps: 12, toldNow: 0, toldThen: 0 },
    },
    { what: 'that the present hold fits', lasts: '4m', suggests: null },
  ])('$what', async ({ lasts, suggests }) => {
    const one = await story(gaps(12, lasts));
    const key = siteKeyOf('hub-fleet-01', { kind: 'site', id: 'oslo' });
    expect(await holdSuggestionFor(one.app, key, one.nowMs)).toEqual(suggests);
  });
  it('needs ten of them', async () => {
    const one = await story(gaps(9, '7m'));
    const key = siteKeyOf('hub-fleet-01', { kind: 'site', id: 'oslo' });
    expect(await holdSuggestionFor(one.app, key, one.nowMs)).toBeNull();
  });
});

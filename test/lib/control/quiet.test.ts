import { describe, expect, it } from 'vitest';
import type { OneTimeWindow, Silence } from '../../../src/lib/control/control.ts';
import { quietAt } from '../../../src/lib/control/quiet.ts';
import { ownSite, type Site } from '../../../src/lib/directory/placeOf.ts';
import { start } from '../../support/events.ts';
import { intervalOf } from '../../support/intervals.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const at = (text: string) => start + offsetMs(text);
const oslo: Site = { kind: 'site', id: 'oslo', name: 'Oslo', timeZone: 'Europe/Oslo' };
const all = { hubs: null, sites: ['oslo'], devices: null };

function silence(id: string, from: string, until: string, more: Partial<Silence> = {}): Silence {
  const [fromMs, untilMs] = [at(from), at(until)];
  return {
    kind: 'silence',
    id,
    match: all,
    fromMs,
    untilMs,
    by: '',
    reason: null,
    createdAtMs: fromMs,
    ...more,
  };
}

function window(id: string, from: string, until: string, more: Partial<OneTimeWindow> = {}): OneTimeWindow {
  const { kind: _kind, reason: _reason, ...own } = silence(id, from, until);
  return { ...own, kind: 'maintenance', name: id, returnGraceMs: offsetMs('10m'), ...more } as OneTimeWindow;
}

const takenBack = (text: string) => ({ takenBack: { by: '', atMs: at(text) } });

type Row = {
  readonly rule: string;
  readonly silences?: readonly Silence[];
  readonly windows?: readonly OneTimeWindow[];
  readonly now: string;
  /** When contact was lost; at once unless said otherwise. */
  readonly lost?: string;
  readonly device?: string;
  readonly site?: Site | null;
  /** Control and end, or null. */
  readonly quiet: string | null;
};

describe('a device', () => {
  it.each<Row>([
    {
      rule: 'is quiet from the first moment of a silence',
      silences: [silence('s', '1h', '2h')],
      now: '1h',
      quiet: 's 2h',
    },
    { rule: 'is told before it', silences: [silence('s', '1h', '2h')], now: '59m59s', quiet: null },
    { rule: 'is told from its end on', silences: [silence('s', '1h', '2h')], now: '2h', quiet: null },
    {
      rule: 'is told from the moment on at which it was taken back',
      silences: [silence('s', '1h', '2h', takenBack('1h30m'))],
      now: '1h30m',
      quiet: null,
    },
    {
      rule: 'is quiet within a window until the end of its grace',
      windows: [window('w', '1h', '2h')],
      now: '1h30m',
      quiet: 'w 2h10m',
    },
    {
      rule: 'that was lost before the end of a window is quiet in its grace',
      windows: [window('w', '1h', '2h')],
      now: '2h5m',
      lost: '1h59m',
      quiet: 'w 2h10m',
    },
    {
      rule: 'that was lost after it is not',
      windows: [window('w', '1h', '2h')],
      now: '2h5m',
      lost: '2h',
      quiet: null,
    },
    {
      rule: 'has its grace from the moment at which a window was taken back',
      windows: [window('w', '1h', '5h', takenBack('2h'))],
      now: '2h5m',
      lost: '1h30m',
      quiet: 'w 2h10m',
    },
    {
      rule: 'knows nothing of a window that was taken back before it began',
      windows: [window('w', '1h', '5h', takenBack('30m'))],
      now: '35m',
      lost: '10m',
      quiet: null,
    },
    {
      rule: 'is quiet until the last of several ends, by that one',
      silences: [silence('a', '0s', '3h'), silence('b', '0s', '2h')],
      windows: [window('w', '1h', '2h55m')],
      now: '1h30m',
      quiet: 'w 3h5m',
    },
    {
      rule: 'is quiet through one that begins before the other ends',
      silences: [silence('a', '0s', '2h'), silence('b', '1h', '3h'), silence('c', '3h', '4h')],
      now: '30m',
      // The one that runs: the others may be taken back before they begin.
      quiet: 'a 4h',
    },
    {
      rule: 'is quiet by one that has begun before the other ended',
      silences: [silence('a', '0s', '2h'), silence('b', '1h', '3h'), silence('c', '3h', '4h')],
      now: '1h',
      quiet: 'b 4h',
    },
    {
      rule: 'is not quiet through a gap',
      silences: [silence('a', '0s', '2h'), silence('b', '2h1s', '3h')],
      now: '30m',
      quiet: 'a 2h',
    },
    {
      rule: 'is covered by its name',
      silences: [silence('s', '0s', '2h', { match: { hubs: null, sites: null, devices: ['*-press-*'] } })],
      now: '1h',
      device: 'oslo-press-07',
      quiet: 's 2h',
    },
    {
      rule: 'of another name is not',
      silences: [silence('s', '0s', '2h', { match: { hubs: null, sites: null, devices: ['*-press-*'] } })],
      now: '1h',
      device: 'oslo-pump-1',
      quiet: null,
    },
    {
      rule: 'at a place that a silence does not name in all its keys is told',
      silences: [silence('s', '0s', '2h', { match: { hubs: ['other'], sites: ['oslo'], devices: null } })],
      now: '1h',
      quiet: null,
    },
    {
      rule: 'without a site is reached by no site',
      silences: [silence('s', '0s', '2h')],
      now: '1h',
      site: ownSite('oslo'),
      quiet: null,
    },
    {
      rule: 'that is a whole hub is covered by what names nothing but hubs',
      silences: [silence('s', '0s', '2h', { match: { hubs: ['HUB-1'], sites: null, devices: null } })],
      now: '1h',
      site: null,
      quiet: 's 2h',
    },
    {
      rule: 'that is a whole hub is not covered by what names devices',
      silences: [silence('s', '0s', '2h', { match: { hubs: ['hub-1'], sites: null, devices: ['*'] } })],
      now: '1h',
      site: null,
      quiet: null,
    },
  ])('$rule', ({ silences = [], windows = [], now, lost = now, device = 'oslo-1', site = oslo, quiet }) => {
    const rules = { controls: { version: 1, silences, windows }, maintenance: [] };
    const found = quietAt(rules, 'hub-1', site, at(now)).of(device, at(lost));
    const [control, until] = quiet?.split(' ') ?? [];
    expect(found && [found.control, found.untilMs]).toEqual(quiet && [control, at(until ?? '0s')]);
  });
});

describe('planned work that recurs', () => {
  // Start is a Wednesday, 9:00 in UTC.
  const during = [intervalOf('UTC', ['10:00-11:00']), intervalOf('UTC', ['11:00-12:00'])];
  const rules = {
    controls: { version: 0, silences: [], windows: [] },
    maintenance: [{ name: 'service', match: all, at: { during }, returnGraceMs: offsetMs('10m') }],
  };

  it.each([
    { rule: 'covers its run of adjacent times', now: '1h', lost: '30m', until: '3h10m', next: '3h' },
    { rule: 'and its grace', now: '3h5m', lost: '2h30m', until: '3h10m', next: '3h10m' },
    { rule: 'but not what was lost after it', now: '3h5m', lost: '3h', until: null, next: '3h10m' },
    { rule: 'nor the time between', now: '5h', lost: '2h', until: null, next: '1d1h' },
  ])('$rule', ({ now, lost, until, next }) => {
    const place = quietAt(rules, 'hub-1', oslo, at(now));
    expect(place.of('oslo-1', at(lost))?.untilMs ?? null).toBe(until && at(until));
    expect(place.nextAtMs).toBe(at(next));
  });
});

it('the next moment is the next begin or end of any control of the place', () => {
  const silences = [silence('a', '1h', '2h'), silence('b', '30m', '5h'), silence('c', '3h', '4h')];
  const rules = { controls: { version: 1, silences, windows: [] }, maintenance: [] };
  const nextOf = (now: string) => quietAt(rules, 'hub-1', oslo, at(now)).nextAtMs;
  expect(['0s', '30m', '1h', '2h', '4h', '5h'].map(nextOf)).toEqual([
    at('30m'),
    at('1h'),
    at('2h'),
    at('3h'),
    at('5h'),
    null,
  ]);
});

it('without controls nobody is quiet and nothing comes', () => {
  const rules = { controls: { version: 0, silences: [], windows: [] }, maintenance: [] };
  const place = quietAt(rules, 'hub-1', oslo, at('1h'));
  expect([place.of('oslo-1', at('1h')), place.nextAtMs]).toEqual([null, null]);
});

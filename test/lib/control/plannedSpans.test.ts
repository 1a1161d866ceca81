import { describe, expect, it } from 'vitest';
import { type ControlMatch, seenBy } from '../../../src/lib/control/controlMatch.ts';
import { plannedSpans } from '../../../src/lib/control/plannedSpans.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const at = (text: string) => start + offsetMs(text);
const oslo = { kind: 'site', id: 'oslo', name: 'Oslo', timeZone: 'UTC' } as const;
const week = { fromMs: start, untilMs: at('7d') };
const any: ControlMatch = { hubs: null, sites: null, devices: null };

function windowOf(match: Partial<ControlMatch>, from: string, until: string, backAt?: string) {
  const [fromMs, untilMs] = [at(from), at(until)];
  const takenBack = backAt === undefined ? {} : { takenBack: { by: '', atMs: at(backAt) } };
  const base = {
    kind: 'maintenance',
    id: 'w',
    name: 'w',
    by: '',
    createdAtMs: start,
    returnGraceMs: 600_000,
  } as const;
  return { ...base, match: { ...any, ...match }, fromMs, untilMs, ...takenBack };
}

type Window = ReturnType<typeof windowOf>;

/** In minutes from start. */
function planned(windows: readonly Window[], deviceId: string, maintenance = ''): number[][] {
  const config = configOf(`${osloConfig}${maintenance}`);
  const rules = { ...config, controls: { version: 1, silences: [], windows } };
  return plannedSpans(
    rules,
    'hub-fleet-01',
    oslo,
    week,
  )(deviceId).map(({ fromMs, untilMs }) => [(fromMs - start) / 60_000, (untilMs - start) / 60_000]);
}

describe('planned work of a device', () => {
  it.each([
    {
      rule: 'of its site counts, without the grace',
      windows: [windowOf({ sites: ['oslo'] }, '1h', '2h')],
      spans: [[60, 120]],
    },
    { rule: 'of another site does not', windows: [windowOf({ sites: ['bergen'] }, '1h', '2h')], spans: [] },
    {
      rule: 'of its hub counts, whatever the case',
      windows: [windowOf({ hubs: ['HUB-fleet-01'] }, '1h', '2h')],
      spans: [[60, 120]],
    },
    {
      rule: 'of another device does not',
      windows: [windowOf({ devices: ['oslo-2*'] }, '1h', '2h')],
      spans: [],
    },
    { rule: 'ends when it was taken back', windows: [windowOf({}, '1h', '2h', '90m')], spans: [[60, 90]] },
    {
      rule: 'that was taken back before it began is none',
      windows: [windowOf({}, '1h', '2h', '30m')],
      spans: [],
    },
  ])('$rule', ({ windows, spans }) => expect(planned(windows, 'oslo-1')).toEqual(spans));

  it('that recurs counts each time within the month', () => {
    const maintenance = `
maintenance:
  - { name: nights, match: { sites: [oslo] }, during: [nights] }
timeIntervals:
  nights: { timeZone: UTC, weekdays: [thursday, friday], times: ["02:00-03:00"] }
`;
    // Start is a Wednesday, 09:00.
    expect(planned([], 'oslo-1', maintenance)).toEqual([
      [17 * 60, 18 * 60],
      [41 * 60, 42 * 60],
    ]);
  });
});

describe('a control, to whoever may see only some sites', () => {
  it.each([
    { rule: 'without sites is seen as it is', sites: null, visible: ['oslo'], seen: null },
    { rule: 'names only theirs', sites: ['bergen', 'oslo'], visible: ['oslo'], seen: ['oslo'] },
    { rule: 'of other sites is not there', sites: ['bergen'], visible: ['oslo'], seen: 'none' },
    {
      rule: 'names all to whoever may see all',
      sites: ['bergen', 'oslo'],
      visible: null,
      seen: ['bergen', 'oslo'],
    },
  ])('$rule', ({ sites, visible, seen }) => {
    const found = seenBy({ ...any, sites }, visible && new Set(visible));
    expect(found === null ? 'none' : found.sites).toEqual(seen);
  });
});

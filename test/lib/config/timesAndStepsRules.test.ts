import { describe, expect, it } from 'vitest';
import { configOf } from '../../support/configOf.ts';
import { nights, once, type Parts, textOf } from './timesAndStepsText.ts';

describe('what the rules hold', () => {
  const rules = configOf(
    textOf({
      intervals: `timeIntervals:
      nights: { timeZone: Europe/Oslo, weekdays: ["monday:friday", SUNDAY], times: ["22:00-06:00", "12:00-24:00"] }
      weekends: { timeZone: UTC, weekdays: ["friday:monday"], months: [june, 1, "11:2"], daysOfMonth: [1, "-7:-1", "10:-10"] }`,
      route: `match: { cause: [siteUplink], reason: [outageBegan] }, to: [ops], remindEvery: 8h, muteDuring: [nights],
        activeDuring: [weekends], muteBelow: critical, escalate: [{ after: 15m, to: [lead] }]`,
      window: 'match: { sites: [oslo] }, during: [nights]',
      more: 'links: { validFor: 2d }',
    }),
  );
  const nightly = {
    name: 'nights',
    timeZone: 'Europe/Oslo',
    weekdays: [1, 2, 3, 4, 5, 7],
    daysOfMonth: null,
    months: null,
    times: [
      { fromMinute: 1_320, untilMinute: 360 },
      { fromMinute: 720, untilMinute: 1_440 },
    ],
  };
  const weekends = {
    name: 'weekends',
    timeZone: 'UTC',
    weekdays: [5, 6, 7, 1],
    daysOfMonth: [
      { fromDay: 1, toDay: 1 },
      { fromDay: -7, toDay: -1 },
      { fromDay: 10, toDay: -10 },
    ],
    months: [6, 1, 11, 12, 1, 2],
    times: null,
  };

  it('intervals themselves, one object for each name', () => {
    const [route] = rules.routes;
    expect(route).toMatchObject({
      match: { cause: ['siteUplink'], reason: ['outageBegan'], severity: null },
      remindEveryMs: 28_800_000,
      mute: { during: [nightly], unless: [weekends], below: 'critical' },
      escalate: [{ afterMs: 900_000, to: ['lead'] }],
    });
    const [window] = rules.maintenance;
    expect(window).toMatchObject({
      name: 'Service',
      match: { hubs: null, sites: ['oslo'], devices: null },
      returnGraceMs: 600_000,
    });
    expect(window?.at).toEqual({ during: [nightly] });
    expect(window && 'during' in window.at && window.at.during[0]).toBe(route?.mute?.during?.[0]);
    expect(rules.linksValidForMs).toBe(172_800_000);
  });

  it('nothing where nothing is written', () => {
    const { routes, maintenance, linksValidForMs, receivers } = configOf(textOf({ intervals: '' }));
    expect(routes[0]).toMatchObject({
      remindEveryMs: null,
      mute: null,
      escalate: [],
      match: { cause: null, reason: null },
    });
    expect([maintenance, linksValidForMs, receivers.get('ops')?.tellAcknowledgements]).toEqual([
      [],
      604_800_000,
      false,
    ]);
  });

  it.each([
    ['a winter morning', '2026-12-05T06:00', '2026-12-05T10:00', '2026-12-05T05:00Z', '2026-12-05T09:00Z'],
    [
      'a start in the hour that is left out',
      '2026-03-29T02:30',
      '2026-03-29T04:00',
      '2026-03-29T01:00Z',
      '2026-03-29T02:00Z',
    ],
    [
      'both in the hour that comes twice',
      '2026-10-25T02:15',
      '2026-10-25T02:30',
      '2026-10-25T00:15Z',
      '2026-10-25T01:30Z',
    ],
    [
      'from the second half of it to the first',
      '2026-10-25T02:30',
      '2026-10-25T02:15',
      '2026-10-25T00:30Z',
      '2026-10-25T01:15Z',
    ],
  ])('a window at one time, resolved: %s', (_, from, until, fromUtc, untilUtc) => {
    const { maintenance } = configOf(textOf({ window: `${once}, from: "${from}", until: "${until}"` }));
    expect(maintenance[0]?.at).toEqual({ fromMs: Date.parse(fromUtc), untilMs: Date.parse(untilUtc) });
  });

  it.each<[string, Parts]>([
    ['a time of an interval in use', { intervals: nights.replace('06:00', '06:01') }],
    ['the grace of a window', { window: 'match: { sites: [oslo] }, during: [nights], returnGrace: 5m' }],
    ['a step', { route: 'to: [ops], muteDuring: [nights], escalate: [{ after: 1h, to: [lead] }]' }],
    [
      'the severity from which mute times do not count',
      { route: 'to: [ops], muteDuring: [nights], muteBelow: critical' },
    ],
    ['how long links open', { more: 'links: { validFor: 8d }' }],
  ])('another hash for %s', (_, change) => {
    const base = {
      route: 'to: [ops], muteDuring: [nights]',
      window: 'match: { sites: [oslo] }, during: [nights]',
    };
    const hashOf = (parts: Parts) => configOf(textOf(parts)).version.hash;
    expect(hashOf({ ...base, ...change })).not.toBe(hashOf(base));
    expect(hashOf(base)).toBe(
      hashOf({ ...base, window: 'during: [nights], match: { sites: [oslo] }, returnGrace: 10m' }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { plannedView } from '../../../src/lib/api/views.ts';
import type { PlannedWindow } from '../../../src/lib/control/plannedWindow.ts';
import { intervalOf } from '../../support/intervals.ts';

const sunday = intervalOf('Europe/Oslo', ['06:00-10:00'], { weekdays: [7] });
const always = intervalOf('Europe/Oslo', null);
const once = { fromMs: Date.parse('2026-03-04T06:00Z'), untilMs: Date.parse('2026-03-04T10:00Z') };
const planned = (at: PlannedWindow['at']): PlannedWindow => ({
  name: 'Service',
  match: { hubs: null, sites: ['oslo'], devices: null },
  at,
  returnGraceMs: 600_000,
});

describe('planned work of the configuration', () => {
  it.each([
    {
      what: 'before its time',
      at: once,
      now: '2026-03-04T05:59Z',
      status: 'upcoming',
      from: '2026-03-04T06',
      until: '2026-03-04T10',
    },
    {
      what: 'at its time',
      at: once,
      now: '2026-03-04T06:00Z',
      status: 'active',
      from: '2026-03-04T06',
      until: '2026-03-04T10',
    },
    {
      what: 'after its time',
      at: once,
      now: '2026-03-04T10:00Z',
      status: 'ended',
      from: '2026-03-04T06',
      until: '2026-03-04T10',
    },
    {
      what: 'while it recurs',
      at: { during: [sunday] },
      now: '2026-03-08T06:00Z',
      status: 'active',
      from: '2026-03-08T05',
      until: '2026-03-08T09',
    },
    {
      what: 'between two times, over a change of the clock',
      at: { during: [sunday] },
      now: '2026-03-22T10:00Z',
      status: 'upcoming',
      from: '2026-03-29T04',
      until: '2026-03-29T08',
    },
  ])('$what is $status', ({ at, now, status, from, until }) => {
    expect(plannedView(planned(at), Date.parse(now))).toMatchObject({
      id: null,
      source: 'configuration',
      status,
      from: `${from}:00:00.000Z`,
      until: `${until}:00:00.000Z`,
      recurring: 'during' in at,
      by: null,
    });
  });

  it('that never ends has no end', () => {
    const view = plannedView(planned({ during: [always] }), Date.parse('2026-03-04T06:00Z'));
    expect(view).toMatchObject({ status: 'active', until: null });
  });
});

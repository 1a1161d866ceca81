import { expect, it } from 'vitest';
import { muteEndsAt } from '../../../src/lib/policy/muteTimes.ts';
import type { Severity } from '../../../src/lib/policy/policy.ts';
import type { Route } from '../../../src/lib/policy/route.ts';
import { intervalOf } from '../../support/intervals.ts';

const nights = intervalOf('Europe/Oslo', ['22:00-06:00']);
const office = intervalOf('Europe/Oslo', ['08:00-16:00'], { weekdays: [1, 2, 3, 4, 5] });
const lunch = intervalOf('Europe/Oslo', ['11:30-12:00']);
const always = intervalOf('UTC', null);

type Row = {
  readonly rule: string;
  readonly mute: Route['mute'];
  readonly severity?: Severity;
  /** In Oslo, in winter. */
  readonly at: string;
  readonly until: string | null;
};

const oslo = (local: string) => Date.parse(`${local}:00+01:00`);

it.each<Row>([
  { rule: 'a route without mute times is never mute', mute: null, at: '2026-03-04T23:00', until: null },
  {
    rule: 'is mute while an interval of muteDuring runs',
    mute: { during: [nights], unless: null, below: null },
    at: '2026-03-04T23:00',
    until: '2026-03-05T06:00',
  },
  {
    rule: 'is not outside of it',
    mute: { during: [nights], unless: null, below: null },
    at: '2026-03-04T21:59',
    until: null,
  },
  {
    rule: 'several names are a union',
    mute: { during: [nights, lunch], unless: null, below: null },
    at: '2026-03-04T11:45',
    until: '2026-03-04T12:00',
  },
  {
    rule: 'is mute outside of activeDuring, over the weekend',
    mute: { during: null, unless: [office], below: null },
    at: '2026-03-06T17:00',
    until: '2026-03-09T08:00',
  },
  {
    rule: 'is not within activeDuring',
    mute: { during: null, unless: [office], below: null },
    at: '2026-03-06T09:00',
    until: null,
  },
  {
    rule: 'with both, is mute inside muteDuring too',
    mute: { during: [lunch], unless: [office], below: null },
    at: '2026-03-06T11:30',
    until: '2026-03-06T12:00',
  },
  {
    rule: 'is mute from one list into the other: until both let go',
    mute: { during: [intervalOf('Europe/Oslo', ['07:00-09:00'])], unless: [office], below: null },
    at: '2026-03-06T04:00',
    until: '2026-03-06T09:00',
  },
  {
    rule: 'lets through what is as severe as muteBelow',
    mute: { during: [nights], unless: null, below: 'warning' },
    severity: 'warning',
    at: '2026-03-04T23:00',
    until: null,
  },
  {
    rule: 'and what is worse',
    mute: { during: [nights], unless: null, below: 'warning' },
    severity: 'critical',
    at: '2026-03-04T23:00',
    until: null,
  },
  {
    rule: 'but not what is less',
    mute: { during: [nights], unless: null, below: 'critical' },
    severity: 'warning',
    at: '2026-03-04T23:00',
    until: '2026-03-05T06:00',
  },
  {
    rule: 'that is mute at all times is so for as long as anybody waits',
    mute: { during: [always], unless: null, below: null },
    at: '2026-03-04T23:00',
    until: '2027-04-08T23:00',
  },
])('$rule', ({ mute, severity = 'info', at, until }) => {
  expect(muteEndsAt({ mute }, severity, oslo(at))).toBe(until && oslo(until));
});

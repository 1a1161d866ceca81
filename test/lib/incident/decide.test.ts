import { describe, it } from 'vitest';
import { type DecisionRow, expectDecisionRow } from '../../support/decisionRows.ts';
import { start } from '../../support/events.ts';
import { incident, routed, standIn, toldBefore, toldOf } from '../../support/incidents.ts';

const resolved = { status: 'resolved', resolvedAtMs: start + 1_800_000 } as const;

describe('the first notice', () => {
  it.each<DecisionRow>([
    {
      rule: 'an outage is told when groupWait has run, so that it covers all that fell together',
      incident: incident({ a: 'down' }),
      told: null,
      says: 'opening outageBegan',
      from: '30s',
    },
    {
      rule: 'devices that only flap are told as flapping',
      incident: incident({ a: 'flapping' }, { severity: 'info', firstSeverity: 'info' }),
      told: null,
      says: 'opening flappingBegan',
      from: '30s',
    },
    {
      rule: 'an outage among flapping devices is told as an outage',
      incident: incident({ a: 'flapping', b: 'down' }),
      told: null,
      says: 'opening outageBegan',
      from: '30s',
    },
    {
      rule: 'groupWait runs in full however severe it is',
      incident: incident({ a: 'down' }, { severity: 'critical', firstSeverity: null }),
      told: null,
      says: 'opening outageBegan',
      from: '30s',
    },
    {
      rule: 'nobody is told of what no route matches',
      incident: incident({ a: 'down' }),
      told: null,
      recipient: null,
      says: 'notRouted',
    },
    {
      rule: 'a route that waits for a higher severity says nothing yet',
      incident: incident({ a: 'down' }),
      told: null,
      recipient: toldBefore,
      says: 'notRouted',
    },
    {
      rule: 'a route that matches only after a rise tells that it rose',
      incident: incident({ a: 'down' }, { severity: 'critical', firstSeverity: 'warning' }),
      told: null,
      recipient: { ...routed, since: 'severity' },
      says: 'opening severityRose',
      from: '30s',
    },
    {
      rule: 'a rise within groupWait is no rise: nobody knew of less',
      incident: incident({ a: 'down' }, { severity: 'critical', firstSeverity: 'critical' }),
      told: null,
      says: 'opening outageBegan',
      from: '30s',
    },
    {
      rule: 'a route that is added later and would have matched at first is told that the outage began',
      incident: incident({ a: 'down' }, { severity: 'critical', firstSeverity: 'warning' }),
      told: null,
      says: 'opening outageBegan',
      from: '30s',
    },
    {
      rule: 'while every device is coming back, the first notice waits',
      incident: incident({ a: 'recovering', b: 'recovering' }),
      told: null,
      says: 'everyDeviceIsComingBack',
    },
    {
      rule: 'one that stays down is reason enough',
      incident: incident({ a: 'recovering', b: 'down' }),
      told: null,
      says: 'opening outageBegan',
      from: '30s',
    },
    {
      rule: 'one that flaps is reason enough',
      incident: incident({ a: 'recovering', b: 'flapping' }),
      told: null,
      says: 'opening outageBegan',
      from: '30s',
    },
    {
      rule: 'what is over before it was told is not told',
      incident: incident({ a: 'back' }, resolved),
      told: null,
      says: 'overBeforeItWasTold',
    },
    {
      rule: 'a stand-in is told as an escalation',
      incident: incident({ a: 'down' }),
      told: null,
      recipient: standIn,
      says: 'opening escalated',
      from: '30s',
    },
    {
      rule: 'a stand-in that is routed anyway is told as everybody',
      incident: incident({ a: 'down' }),
      told: null,
      recipient: routed,
      says: 'opening outageBegan',
      from: '30s',
    },
    {
      rule: 'a stand-in for the end is told the end alone',
      incident: incident({ a: 'back' }, resolved),
      told: null,
      recipient: { ...standIn, tells: 'end' },
      says: 'final recovered',
    },
    {
      rule: 'a stand-in for the outage that was not told in time is not told of its end',
      incident: incident({ a: 'back' }, resolved),
      told: null,
      recipient: standIn,
      says: 'overBeforeItWasTold',
    },
  ])('$rule', expectDecisionRow);
});

describe('the end', () => {
  it.each<DecisionRow>([
    {
      rule: 'the all-clear waits for nothing',
      incident: incident({ a: 'back' }, resolved),
      told: toldOf({ down: ['a'] }, '29m59s'),
      says: 'final recovered',
    },
    {
      rule: 'the end is told in place of an update that is due',
      incident: incident({ a: 'back', b: 'back' }, resolved),
      told: toldOf({ down: ['a'] }, '20m'),
      says: 'final recovered',
    },
    {
      rule: 'flapping that calmed is told as such',
      incident: incident({ a: 'flapped' }, resolved),
      told: toldOf({ flapping: ['a'], severity: 'info' }),
      says: 'final flappingEnded',
    },
    {
      rule: 'an outage with flapping devices ends as an outage',
      incident: incident({ a: 'flapped', b: 'back' }, resolved),
      told: toldOf({ flapping: ['a'], down: ['b'] }),
      says: 'final recovered',
    },
    {
      rule: 'the last device that was down is deleted, the others came back: recovered',
      incident: incident({ a: 'back', b: 'gone' }, resolved),
      told: toldOf({ down: ['a', 'b'] }),
      says: 'final recovered',
    },
    {
      rule: 'every device is deleted: no longer followed',
      incident: incident({ a: 'gone', b: 'gone' }, resolved),
      told: toldOf({ down: ['a', 'b'] }),
      says: 'final noLongerFollowed',
    },
    {
      rule: 'a receiver whose route was removed is told that it is no longer followed',
      incident: incident({ a: 'down' }),
      told: toldOf({ down: ['a'] }),
      recipient: null,
      says: 'final noLongerFollowed',
    },
    {
      rule: 'a receiver whose route was removed is told of an end as an end',
      incident: incident({ a: 'back' }, resolved),
      told: toldOf({ down: ['a'] }),
      recipient: null,
      says: 'final recovered',
    },
    {
      rule: 'a stand-in without a route stays to the end',
      incident: incident({ a: 'down' }),
      told: toldOf({ down: ['a'] }, '20m'),
      recipient: standIn,
      says: 'reminder reminder',
      from: '4h20m',
    },
    {
      rule: 'nothing follows the end',
      incident: incident({ a: 'down' }),
      told: toldOf({ down: ['a'] }, '20m', { status: 'closed' }),
      says: 'closed',
    },
  ])('$rule', expectDecisionRow);
});

describe('after a notice that failed for good', () => {
  const failed = (known: Parameters<typeof toldOf>[0]) => toldOf(known, '20m', { status: 'untold' });

  it.each<DecisionRow>([
    {
      rule: 'the same fact is not tried again',
      incident: incident({ a: 'down' }),
      told: failed({ down: ['a'] }),
      says: 'failedForGood',
    },
    {
      rule: 'a new fact is tried as the first notice, groupInterval later',
      incident: incident({ a: 'down', b: 'down' }),
      told: failed({ down: ['a'] }),
      says: 'opening outageGrew',
      from: '25m',
    },
    {
      rule: 'a rise in severity is tried at once',
      incident: incident({ a: 'down', b: 'down' }, { severity: 'critical' }),
      told: failed({ down: ['a'] }),
      says: 'opening severityRose',
      from: '30s',
    },
    {
      rule: 'who was never told gets no resolve',
      incident: incident({ a: 'back' }, resolved),
      told: failed({ down: ['a'] }),
      says: 'overBeforeItWasTold',
    },
    {
      rule: 'a later failure of one that was told does not cut it off from the end',
      incident: incident({ a: 'back' }, resolved),
      told: toldOf({ down: ['a'] }, '20m', { failedForGood: true }),
      says: 'final recovered',
    },
  ])('$rule', expectDecisionRow);
});

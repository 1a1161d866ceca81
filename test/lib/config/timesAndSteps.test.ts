import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/lib/config/loadConfig.ts';
import { formatProblem } from '../../../src/lib/config/problem.ts';
import { once, type Parts, textOf } from './timesAndStepsText.ts';

function linesOf(text: string): readonly string[] {
  const result = loadConfig(text, 'file.yaml', {}, { development: false });
  return result.ok ? [] : result.problems.map(formatProblem);
}

const interval = (fields: string) => ({
  intervals: `timeIntervals: { nights: { timeZone: Europe/Oslo, ${fields} } }`,
});
const path = 'timeIntervals.nights';
const rangeOfDays =
  'use a day from 1 to 31, or from -1 to -31 from the end of the month; a:b is a range, like "1:7" or "-7:-1"';
const rangeOfTimes = 'use HH:MM-HH:MM, like 22:00-06:00; 24:00 is accepted as an end';
const localTime = 'use a local time, like 2026-12-05T06:00, without seconds or an offset';

describe('mistakes, each in words', () => {
  it.each<[string, Parts, readonly string[]]>([
    [
      'an interval without a zone',
      { intervals: 'timeIntervals: { nights: { times: ["22:00-06:00"] } }' },
      [`${path}.timeZone: is missing; use an IANA name, like Europe/Oslo`],
    ],
    [
      'a zone that is none',
      { intervals: 'timeIntervals: { nights: { timeZone: Europe/Olso } }' },
      [`${path}.timeZone: "Europe/Olso" is not a time zone; did you mean "Europe/Oslo"?`],
    ],
    [
      'a weekday misspelled',
      interval('weekdays: [munday]'),
      [`${path}.weekdays[0]: "munday" is not a weekday; did you mean "monday"?`],
    ],
    [
      'a weekday by number',
      interval('weekdays: [1]'),
      [`${path}.weekdays[0]: 1 is not a text; use a weekday, like monday; a:b is a range`],
    ],
    [
      'a range with a weekday misspelled',
      interval('weekdays: ["monday:fryday"]'),
      [`${path}.weekdays[0]: "monday:fryday" is not a weekday or range; did you mean "friday"?`],
    ],
    [
      'a range of three',
      interval('weekdays: ["monday:friday:sunday"]'),
      [`${path}.weekdays[0]: "monday:friday:sunday" is not a range; use two names, like monday:wednesday`],
    ],
    [
      'one weekday without a list',
      interval('weekdays: sunday'),
      [`${path}.weekdays: "sunday" is not a list; use a list of weekdays`],
    ],
    ['no weekday', interval('weekdays: []'), [`${path}.weekdays: [] is empty; name at least one`]],
    [
      'a month misspelled',
      interval('months: [febuary]'),
      [`${path}.months[0]: "febuary" is not a month; did you mean "february"?`],
    ],
    [
      'a thirteenth month',
      interval('months: [13]'),
      [
        `${path}.months[0]: 13 is not a month; known: january, february, march, april, may, june, july, august, september, october, november, december`,
      ],
    ],
    [
      'a month as a map',
      interval('months: [{}]'),
      [`${path}.months[0]: {} is not a number or text; use a month, like january or 1; a:b is a range`],
    ],
    [
      'day 0',
      interval('daysOfMonth: [0]'),
      [`${path}.daysOfMonth[0]: 0 is not a day of a month; ${rangeOfDays}`],
    ],
    [
      'day 32',
      interval('daysOfMonth: ["1:32"]'),
      [`${path}.daysOfMonth[0]: "1:32" is not a day of a month; ${rangeOfDays}`],
    ],
    [
      'a range of days backwards',
      interval('daysOfMonth: ["7:1"]'),
      [`${path}.daysOfMonth[0]: "7:1" is not a day of a month; ${rangeOfDays}`],
    ],
    [
      'a range over the end of the month',
      interval('daysOfMonth: ["-3:2"]'),
      [`${path}.daysOfMonth[0]: "-3:2" is not a day of a month; ${rangeOfDays}`],
    ],
    [
      'an hour without minutes',
      interval('times: ["22-06"]'),
      [`${path}.times[0]: "22-06" is not a time of day; ${rangeOfTimes}`],
    ],
    [
      '24:00 as a start',
      interval('times: ["24:00-06:00"]'),
      [`${path}.times[0]: "24:00-06:00" is not a time of day; ${rangeOfTimes}`],
    ],
    [
      '24:01',
      interval('times: ["22:00-24:01"]'),
      [`${path}.times[0]: "22:00-24:01" is not a time of day; ${rangeOfTimes}`],
    ],
    [
      'start equal to end',
      interval('times: ["06:00-06:00"]'),
      [`${path}.times[0]: "06:00-06:00" starts when it ends; leave out times for the whole day`],
    ],
    [
      'a key misspelled',
      interval('weekday: [sunday]'),
      [`${path}.weekday: is not a known key; did you mean "weekdays"?`],
    ],

    [
      'a route muted by an unknown interval',
      { route: 'to: [ops], muteDuring: [night]' },
      ['routes[0].muteDuring[0]: "night" is not one of timeIntervals; did you mean "nights"?'],
    ],
    [
      'a route active by an unknown interval',
      { route: 'to: [ops], activeDuring: [days]', intervals: '' },
      ['routes[0].activeDuring[0]: "days" is not one of timeIntervals; there are none'],
    ],
    [
      'muteBelow alone',
      { route: 'to: [ops], muteBelow: critical' },
      [
        'routes[0].muteBelow: "critical" has no effect without muteDuring or activeDuring; add one of them, or leave it out',
      ],
    ],
    [
      'muteBelow of no severity',
      { route: 'to: [ops], muteDuring: [nights], muteBelow: severe' },
      ['routes[0].muteBelow: "severe" is not accepted here; use one of info, warning, critical'],
    ],
    [
      'a cause that is none',
      { route: 'match: { cause: [uplink] }, to: [ops]' },
      [
        'routes[0].match.cause[0]: "uplink" is not accepted here; use one of siteUplink, gateway, provider, networkPolicy, device, deviceSoftware, plannedStop, credentials, identityClash, administrative, quota, throttling, cloud, routine, unknown',
      ],
    ],
    [
      'a reason that begins nothing',
      { route: 'match: { reason: [recovered] }, to: [ops]' },
      ['routes[0].match.reason[0]: "recovered" is not accepted here; use one of outageBegan, flappingBegan'],
    ],
    [
      'a reminder in words',
      { route: 'to: [ops], remindEvery: daily' },
      [
        'routes[0].remindEvery: "daily" is not a duration; use a number and a unit, like 30s, 5m, 4h or 7d, from 1s to 365d',
      ],
    ],
    [
      'steps out of order',
      { route: 'to: [ops], escalate: [{ after: 1h, to: [lead] }, { after: 15m, to: [lead] }]' },
      [
        'routes[0].escalate[1].after: "15m" is not later than the step before it (1h); list the steps in the order of their times',
      ],
    ],
    [
      'two steps at once',
      { route: 'to: [ops], escalate: [{ after: 60m, to: [lead] }, { after: 1h, to: [lead] }]' },
      [
        'routes[0].escalate[1].after: "1h" is not later than the step before it (60m); list the steps in the order of their times',
      ],
    ],
    [
      'a step to nobody',
      { route: 'to: [ops], escalate: [{ after: 1h, to: [leader] }]' },
      ['routes[0].escalate[0].to[0]: "leader" is not a receiver; did you mean "lead"?'],
    ],
    [
      'a step to whom the route tells anyway',
      { route: 'to: [ops], escalate: [{ after: 1h, to: [lead, ops] }]' },
      [
        'routes[0].escalate[0].to[1]: "ops" is told from the start, by the to of this route; name somebody else',
      ],
    ],
    [
      'a step without a time',
      { route: 'to: [ops], escalate: [{ to: [lead] }]' },
      [
        'routes[0].escalate[0].after: is missing; use a number and a unit, like 30s, 5m, 4h or 7d, from 1s to 365d',
      ],
    ],

    [
      'a window for everything',
      { window: 'match: {}, during: [nights]' },
      ['maintenance[0].match: matches everything; name at least one of hubs, sites and devices'],
    ],
    [
      'a window for an unknown site',
      { window: 'match: { sites: [olso] }, during: [nights]' },
      ['maintenance[0].match.sites[0]: "olso" is not a site; did you mean "oslo"?'],
    ],
    [
      'a window at no time',
      { window: 'match: { sites: [oslo] }' },
      ['maintenance[0]: says no time; use during, or from, until and timeZone'],
    ],
    [
      'a window by an unknown interval',
      { window: 'match: { sites: [oslo] }, during: [sundays]' },
      ['maintenance[0].during[0]: "sundays" is not one of timeIntervals; known: nights'],
    ],
    [
      'a window at two times',
      { window: `${once}, during: [nights], from: "2026-12-05T06:00"` },
      [
        'maintenance[0].from: has no effect beside during, which has its own times and zone; leave out one of them',
        'maintenance[0].timeZone: has no effect beside during, which has its own times and zone; leave out one of them',
      ],
    ],
    [
      'a window without an end',
      { window: `${once}, from: "2026-12-05T06:00"` },
      ['maintenance[0].until: is missing; a window at one time needs from, until, timeZone'],
    ],
    [
      'a window that ends before it begins',
      { window: `${once}, from: "2026-12-05T06:00", until: "2026-12-05T05:00"` },
      [
        'maintenance[0].until: "2026-12-05T05:00" ends at or before its start (2026-12-05T06:00); use a later time',
      ],
    ],
    [
      'a window within the hour that is left out',
      { window: `${once}, from: "2026-03-29T02:10", until: "2026-03-29T02:50"` },
      [
        'maintenance[0].until: "2026-03-29T02:50" ends at or before its start (2026-03-29T02:10); use a later time',
      ],
    ],
    [
      'a day that no calendar has',
      { window: `${once}, from: "2026-02-30T06:00", until: "2026-03-05T05:00"` },
      [`maintenance[0].from: "2026-02-30T06:00" is not a local time; ${localTime}`],
    ],
    [
      'an instant',
      { window: `${once}, from: "2026-12-05T06:00Z", until: "2026-12-05T08:00"` },
      [`maintenance[0].from: "2026-12-05T06:00Z" is not a local time; ${localTime}`],
    ],
    [
      'a grace below a second',
      { window: 'match: { sites: [oslo] }, during: [nights], returnGrace: 0s' },
      [
        'maintenance[0].returnGrace: "0s" is out of range; use a number and a unit, like 30s, 5m, 4h or 7d, from 1s to 365d',
      ],
    ],

    [
      'links that open for ever',
      { more: 'links: { validFor: always }' },
      [
        'links.validFor: "always" is not a duration; use a number and a unit, like 30s, 5m, 4h or 7d, from 1s to 365d',
      ],
    ],
  ])('%s', (_, parts, lines) => {
    expect(linesOf(textOf(parts))).toEqual(lines);
  });

  it('tellAcknowledgements is true or false', () => {
    const text = textOf({}).replace(
      'lead@oslo.example] } }',
      'lead@oslo.example] }, tellAcknowledgements: sometimes }',
    );
    expect(linesOf(text)).toEqual([
      'receivers.lead.tellAcknowledgements: "sometimes" is not true or false; use true or false',
    ]);
  });

  it('all of one file at once', () => {
    const text = textOf({
      intervals: 'timeIntervals: { nights: { timeZone: Mars, times: ["6-7"] } }',
      route: 'to: [ops], muteDuring: [night], escalate: [{ after: soon, to: [boss] }]',
      window: 'match: {}, from: tomorrow',
    });
    expect(linesOf(text).map((line) => line.slice(0, line.indexOf(': ')))).toEqual([
      'routes[0].escalate[0].after',
      'routes[0].muteDuring[0]',
      'routes[0].escalate[0].to[0]',
      'timeIntervals.nights.timeZone',
      'timeIntervals.nights.times[0]',
      'maintenance[0].from',
      'maintenance[0].match',
      'maintenance[0].until',
      'maintenance[0].timeZone',
    ]);
  });
});

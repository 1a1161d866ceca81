import fc from 'fast-check';
import { expect, it } from 'vitest';
import { placeOf } from '../../../src/lib/directory/placeOf.ts';
import { outlookOf } from '../../../src/lib/policy/outlook.ts';
import { configOf } from '../../support/configOf.ts';
import { ControlledSite } from '../../support/controlledSite.ts';
import { start } from '../../support/events.ts';

// What is said in advance against what is then decided: a site is lost under random routes, times and planned work.

const receivers = ['ops', 'lead', 'boss', 'page'] as const;
const names = fc.subarray([...receivers], { minLength: 1, maxLength: 2 });

/** Hours and quarters around 10:00, when the story begins. */
const quarter = fc.integer({ min: 9 * 4, max: 16 * 4 });
const clock = (quarters: number) =>
  [Math.floor(quarters / 4), (quarters % 4) * 15].map((part) => String(part).padStart(2, '0')).join(':');
const spans = fc
  .tuple(quarter, quarter)
  .filter(([from, until]) => from !== until)
  .map(([from, until]) => [Math.min(from, until), Math.max(from, until)].map(clock) as [string, string]);

const steps = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 240 }), names), {
    maxLength: 3,
    selector: ([after]) => after,
  })
  .map((list) => list.toSorted(([a], [b]) => a - b));

type Route = {
  readonly to: readonly string[];
  readonly steps: readonly (readonly [number, readonly string[]])[];
  readonly mute: 'muteDuring' | 'activeDuring' | null;
  readonly match: string;
  readonly final: boolean;
};

const routes: fc.Arbitrary<Route> = fc.record({
  to: names,
  steps,
  mute: fc.constantFrom('muteDuring', 'activeDuring', null),
  match: fc.constantFrom(
    '',
    'severity: [critical]',
    'severity: [warning, critical]',
    'devices: ["oslo-a"]',
    'sites: [oslo]',
  ),
  final: fc.boolean(),
});

function written({ to, steps: own, mute, match, final }: Route): string {
  const later = own.flatMap(([after, whom]) => {
    const others = whom.filter((name) => !to.includes(name));
    return others.length > 0 ? [`{ after: ${after}m, to: [${others}] }`] : [];
  });
  const escalate = later.length > 0 ? `, escalate: [${later}]` : '';
  return `{ match: { ${match} }, to: [${to}], final: ${final}${mute ? `, ${mute}: [some]` : ''}${escalate} }`;
}

it('who is told and when is what the decision does', () => {
  fc.assert(
    fc.property(
      fc.array(routes, { minLength: 1, maxLength: 3 }),
      fc.array(spans, { minLength: 1, maxLength: 2 }),
      fc.option(fc.tuple(spans, fc.constantFrom('1s', '10m', '1h'))),
      fc.integer({ min: 1, max: 300 }),
      (list, times, work, lostMinute) => {
        const planned =
          work &&
          `maintenance: [{ name: Service, match: { devices: ["oslo-a"] }, timeZone: Europe/Oslo, returnGrace: ${work[1]},
            from: "2026-03-04T${work[0][0]}", until: "2026-03-04T${work[0][1]}" }]`;
        const rules = configOf(`
          sites: [{ id: oslo, timeZone: Europe/Oslo, devices: ["oslo-*"] }]
          policy: { offlineAfter: 1m, groupWait: 10s, remindEvery: 365d }
          receivers: { ${receivers.map((name) => `${name}: { email: { to: [${name}@oslo.example] } }`)} }
          timeIntervals: { some: { timeZone: Europe/Oslo, times: [${times.map((span) => `"${span.join('-')}"`)}] } }
          ${planned ?? ''}
          routes: [${list.map(written)}]`);

        const site = new ControlledSite(rules, ['oslo-a', 'oslo-b', 'oslo-c', 'oslo-d', 'oslo-e']);
        site.lost(`${lostMinute}m`, 'oslo-a').until('40h');
        const heard = site.heard.filter(({ notice }) => notice === 'opening');

        const { told } = outlookOf(rules, {
          hub: 'hub-fleet-01',
          site: placeOf(rules, 'oslo-a'),
          deviceId: 'oslo-a',
          severity: 'warning',
          cause: 'unknown',
          reason: 'outageBegan',
          dueAtMs: start + (lostMinute * 60 + 70) * 1_000,
        });
        const soon = told.filter(({ atMs }) => atMs < start + 40 * 3_600_000);
        expect(timesBy(soon)).toEqual(timesBy(heard));
      },
    ),
    { numRuns: 80 },
  );
}, 120_000);

function timesBy(all: readonly { readonly receiver: string; readonly atMs: number }[]) {
  const lines = all.map(({ receiver, atMs }) => `${receiver} ${new Date(atMs).toISOString()}`);
  return lines.toSorted();
}

it('a step counts from the first attempt to tell one of its route’s own receivers, by whichever route', () => {
  const rules = configOf(`
    sites: [{ id: oslo, timeZone: Europe/Oslo, devices: ["oslo-*"] }]
    receivers: { ${receivers.map((name) => `${name}: { email: { to: [${name}@oslo.example] } }`)} }
    timeIntervals: { morning: { timeZone: Europe/Oslo, times: ["08:00-12:00"] } }
    routes:
      - { to: [ops], muteDuring: [morning], escalate: [{ after: 1h, to: [lead] }, { after: 3h, to: [boss] }] }
      - { match: { devices: ["oslo-a"] }, to: [ops] }`);
  const toldOf = (deviceId: string) =>
    timesBy(
      outlookOf(rules, {
        hub: 'hub-fleet-01',
        site: placeOf(rules, deviceId),
        deviceId,
        severity: 'warning',
        cause: 'unknown',
        reason: 'outageBegan',
        dueAtMs: Date.parse('2026-03-04T10:00+01:00'),
      }).told,
    );
  expect(toldOf('oslo-a')).toEqual([
    'boss 2026-03-04T12:00:00.000Z',
    'lead 2026-03-04T11:00:00.000Z',
    'ops 2026-03-04T09:00:00.000Z',
  ]);
  expect(toldOf('oslo-b')).toEqual([
    'boss 2026-03-04T14:00:00.000Z',
    'lead 2026-03-04T12:00:00.000Z',
    'ops 2026-03-04T11:00:00.000Z',
  ]);
});

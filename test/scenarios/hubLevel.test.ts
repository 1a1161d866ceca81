import { expect, it } from 'vitest';
import type { HubMetrics } from '../../src/lib/hubWatch/hubMetrics.ts';
import { subjectOf } from '../../src/lib/notify/words/summary.ts';
import { configOf } from '../support/configOf.ts';
import { hubResourceId, start } from '../support/events.ts';
import { offsetMs } from '../support/offsetMs.ts';
import { Story } from '../support/story.ts';

const text = (hubs: string, routes = '- { to: [on-call] }') => `
sites:
  - { id: oslo, name: Oslo plant, devices: ["oslo-*"] }
hubs: ${hubs}
receivers:
  on-call: { webhook: { url: "http://127.0.0.1/on-call" } }
  operators: { email: { to: ["ops@oslo.example"] } }
routes:
  ${routes}
`;
const watched = `[{ resourceId: "${hubResourceId.replace('HUB-FLEET-01', 'hub-fleet-01')}" }]`;
const config = configOf(text(watched));

/** The count of connected devices from these times on, known two minutes late; null: not known. */
function metrics(...levels: readonly (readonly [from: string, level: number | null])[]): HubMetrics {
  const steps = levels.map(([from, level]) => [start + offsetMs(from), level] as const);
  const levelAt = (atMs: number) => steps.findLast(([fromMs]) => fromMs <= atMs)?.[1] ?? null;
  return {
    connectedDevices: async (_id, fromMs, toMs) => {
      if (levelAt(toMs) === null) return { kind: 'unavailable', reason: '429' };
      const points = [];
      for (let atMs = Math.ceil(fromMs / 60_000) * 60_000; atMs <= toMs - 120_000; atMs += 60_000) {
        const average = levelAt(atMs);
        if (average !== null) points.push({ atMs, average });
      }
      return { kind: 'points', points };
    },
  };
}

const subjects = (story: Story, receiver = 'on-call') =>
  story.world.heard.filter((heard) => heard.receiver === receiver).map(({ message }) => subjectOf(message));

/** Twelve of a plant's fifty devices fall. */
function twelveFall(story: Story, at: string): void {
  for (let device = 0; device < 50; device++) story.connects(`oslo-${device}`, '0s');
  for (let device = 0; device < 12; device++) story.loses(`oslo-${device}`, at);
}

it('tells a loss of which hardly any event tells, once, and its end', async () => {
  const story = new Story(config, { hubMetrics: metrics(['0s', 1000], ['2h', 600], ['4h', 1001]) });
  twelveFall(story, '2h');
  await story.until('3h50m');
  expect(story.told('on-call')).toEqual([
    'incident.opened outageBegan warning 12/0 of 50',
    'incident.opened outageBegan critical 1/0 of 1',
  ]);
  expect(subjects(story)[1]).toBe(
    'hub-fleet-01 reports 400 fewer connected devices than an hour ago; events explain 12',
  );
  await story.until('5h');
  expect(story.told('on-call').slice(2)).toEqual(['incident.resolved recovered critical 0/0 of 1']);
  expect(subjects(story)[2]).toMatch(
    /^hub-fleet-01 is back to 1001 connected devices after .* \(1000 before the drop\)$/,
  );
});

it('tells within a quarter of an hour', async () => {
  const story = new Story(config, { hubMetrics: metrics(['0s', 1000], ['2h', 600]) });
  await story.until('4h');
  const [atSeconds] = story.toldAt('on-call');
  expect(atSeconds! / 60).toBeGreaterThan(127);
  expect(atSeconds! / 60).toBeLessThanOrEqual(135);
});

it('is silent when the outage of a site explains the loss', async () => {
  const story = new Story(config, { hubMetrics: metrics(['0s', 200], ['2h', 150]) });
  for (let device = 0; device < 50; device++) {
    story.connects(`oslo-${device}`, '0s');
    story.loses(`oslo-${device}`, '2h');
  }
  await story.until('5h');
  expect(story.told('on-call')).toEqual(['incident.opened outageBegan critical 50/0 of 50']);
});

it('is silent about a short dip', async () => {
  const story = new Story(config, { hubMetrics: metrics(['0s', 1000], ['2h', 600], ['2h6m', 1000]) });
  await story.until('5h');
  expect(story.told('on-call')).toEqual([]);
});

it('takes a metric that is missing neither for a loss nor for an end', async () => {
  const story = new Story(config, {
    hubMetrics: metrics(['0s', 1000], ['2h', null], ['3h', 1000], ['4h', 600], ['5h', null]),
  });
  await story.until('4h');
  expect(story.told('on-call')).toEqual([]);
  await story.until('8h');
  expect(story.told('on-call')).toEqual(['incident.opened outageBegan critical 1/0 of 1']);
});

it('goes on after a restart, in suspicion and in loss', async () => {
  const story = new Story(config, { hubMetrics: metrics(['0s', 1000], ['2h', 600], ['3h', 1000]) });
  await story.until('2h6m');
  story.world.restart(config);
  await story.until('2h40m');
  story.world.restart(config);
  await story.until('5h');
  expect(story.told('on-call')).toEqual([
    'incident.opened outageBegan critical 1/0 of 1',
    'incident.resolved recovered critical 0/0 of 1',
  ]);
  story.expectsNothingLeft();
});

it('closes with the reason when the hub is no longer watched', async () => {
  const story = new Story(config, { hubMetrics: metrics(['0s', 1000], ['2h', 600]) });
  await story.until('3h');
  story.world.restart(configOf(text('[]')));
  await story.until('4h');
  expect(story.told('on-call')[1]).toBe('incident.resolved noLongerFollowed critical 0/0 of 0');
  story.world.restart(config);
  await story.until('5h');
  expect(story.told('on-call').slice(2)).toEqual(['incident.opened outageBegan critical 1/0 of 1']);
});

it('takes a level that stays low for a day as normal', async () => {
  const story = new Story(config, { hubMetrics: metrics(['0s', 1000], ['2h', 600]) });
  await story.until('3d');
  expect(subjects(story).at(-1)).toBe(
    'hub-fleet-01 has reported 600 connected devices for a day, not 1000; this is the new normal',
  );
  story.expectsNothingLeft();
});

it.each([
  ['by hub', '{ match: { hubs: [HUB-FLEET-01] }, to: [on-call] }', 1],
  ['by severity', '{ match: { severity: [critical] }, to: [on-call] }', 1],
  ['of devices each', '{ per: device, to: [on-call] }', 1],
  ['of other hubs not', '{ match: { hubs: [other] }, to: [on-call] }', 0],
  ['of sites not', '{ match: { sites: [oslo] }, to: [on-call] }', 0],
  ['of devices not', '{ match: { devices: ["*"] }, to: [on-call] }', 0],
])('reaches routes %s', async (_, route, count) => {
  const story = new Story(configOf(text(watched, `- ${route}`)), {
    hubMetrics: metrics(['0s', 1000], ['2h', 600]),
  });
  await story.until('3h');
  expect(story.told('on-call')).toHaveLength(count);
});

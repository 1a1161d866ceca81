import { expect, it } from 'vitest';
import { configOf } from '../support/configOf.ts';
import { Story } from '../support/story.ts';

// Stories begin at 10:00 in Oslo.
const rulesOf = (routes: string, more = '') =>
  configOf(`
sites: [{ id: oslo, name: Oslo plant, timeZone: Europe/Oslo, devices: ["oslo-*"] }]
policy: { offlineAfter: 1m, recoveredAfter: 30s, groupWait: 10s, groupInterval: 5m }
timeIntervals: { late-morning: { timeZone: Europe/Oslo, times: ["10:30-11:00"] } }
receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
  lead: { email: { to: ["lead@oslo.example"] } }
routes: [${routes}]
${more}`);

const planned = (match: string) => `
maintenance:
  - { name: New switch, match: ${match}, from: "2026-03-04T10:05", until: "2026-03-04T10:30", timeZone: Europe/Oslo, returnGrace: 5m }
`;

function storyWith(rules: ReturnType<typeof rulesOf>): Story {
  const story = new Story(rules);
  for (let n = 0; n < 10; n++) story.connects(`oslo-${n}`, '0s');
  return story;
}

it('planned work keeps its devices quiet, and says after its grace which of them did not return', async () => {
  const story = storyWith(rulesOf('{ to: [operators] }', planned('{ devices: ["oslo-1", "oslo-2"] }')));
  story.loses('oslo-1', '6m');
  story.loses('oslo-2', '7m');
  story.loses('oslo-3', '10m');
  story.connects('oslo-2', '28m');
  await story.until('40m');
  expect(story.told('operators')).toEqual([
    'incident.opened outageBegan warning 1/0 of 10',
    'incident.updated didNotReturn warning 2/0 of 10',
  ]);
  expect(story.toldAt('operators')).toEqual([11 * 60 + 10, 35 * 60]);
  expect(story.last('operators').devices.map(({ deviceId }) => deviceId)).toEqual(['oslo-1', 'oslo-3']);
  story.expectsNothingLeft();
});

it('a notice names nothing that is silenced but in its counts, and the end is told of what was told', async () => {
  const story = storyWith(rulesOf('{ to: [operators] }', planned('{ devices: ["oslo-1", "oslo-2"] }')));
  story.loses('oslo-2', '1m');
  story.loses('oslo-1', '6m');
  story.loses('oslo-3', '10m');
  await story.until('12m');
  const { counts, devices } = story.last('operators');
  expect(counts).toMatchObject({ offline: 1, silenced: 2, known: 10 });
  expect(devices.map(({ deviceId, silenced = false }) => [deviceId, silenced])).toEqual([
    ['oslo-2', true],
    ['oslo-3', false],
  ]);
  for (const device of ['oslo-1', 'oslo-2', 'oslo-3']) story.connects(device, '20m');
  await story.until('22m');
  const end = story.last('operators');
  expect(end.type).toBe('incident.resolved');
  expect(end.devices.map(({ deviceId }) => deviceId).toSorted()).toEqual(['oslo-2', 'oslo-3']);
  story.expectsNothingLeft();
});

it('a mute time holds what begins and the steps of its route, and lets the end pass', async () => {
  const rules = rulesOf(
    '{ to: [operators], muteDuring: [late-morning], escalate: [{ after: 10m, to: [lead] }] }',
  );
  const story = storyWith(rules);
  story.loses('oslo-1', '22m');
  story.loses('oslo-2', '40m');
  story.connects('oslo-1', '50m');
  await story.until('62m');
  expect(story.told('operators')).toEqual([
    'incident.opened outageBegan warning 1/0 of 10',
    'incident.updated partlyRecovered warning 1/0 of 10',
    'incident.updated outageGrew warning 1/0 of 10',
  ]);
  expect(story.toldAt('operators')).toEqual([23 * 60 + 10, 50 * 60 + 30, 60 * 60]);
  expect(story.told('lead')).toEqual(['incident.opened escalated warning 1/0 of 10']);
  expect(story.toldAt('lead')).toEqual([60 * 60]);
  story.expectsNothingLeft();
});

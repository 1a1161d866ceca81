import { expect, it } from 'vitest';
import { configOf } from '../support/configOf.ts';
import { Story } from '../support/story.ts';

it('tells a rise in severity at once, and the manager only then; both are told the end', async () => {
  const story = new Story(
    configOf(`
sites: [{ id: oslo, devices: ["oslo-*"] }]
receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
  manager: { email: { to: ["manager@oslo.example"] } }
routes:
  - { to: [operators] }
  - { match: { severity: [critical] }, to: [manager] }
`),
  );
  const devices = Array.from({ length: 10 }, (_, index) => `oslo-${index}`);
  for (const device of devices) story.connects(device, '0s');
  story.loses('oslo-0', '10m');
  for (const device of devices.slice(1, 6)) story.loses(device, '11m');
  await story.until('30m');
  expect(story.told('operators')).toEqual([
    'incident.opened outageBegan warning 1/0 of 10',
    'incident.updated severityRose critical 6/0 of 10',
  ]);
  expect(story.told('manager')).toEqual(['incident.opened severityRose critical 6/0 of 10']);
  // The hold of the five ends at 16m.
  expect(story.toldAt('operators')[1]).toBeLessThanOrEqual(16 * 60 + 6);

  for (const device of devices.slice(1, 6)) story.connects(device, '30m');
  story.connects('oslo-0', '50m');
  await story.until('2h');
  expect(story.told('manager').slice(1)).toEqual([
    'incident.updated partlyRecovered warning 1/0 of 10',
    'incident.resolved recovered critical 0/0 of 10',
  ]);
  expect(story.told('operators').at(-1)).toBe('incident.resolved recovered critical 0/0 of 10');
  story.expectsNothingLeft();
});

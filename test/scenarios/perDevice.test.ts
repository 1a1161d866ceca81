import { expect, it } from 'vitest';
import { configOf } from '../support/configOf.ts';
import { Story } from '../support/story.ts';

const routes = (text: string) =>
  configOf(`
sites: [{ id: oslo, devices: ["oslo-*"] }]
receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
  technician: { email: { to: ["tech@oslo.example"] } }
routes:
${text}`);

function twoOfFourDown(config: ReturnType<typeof routes>): Story {
  const story = new Story(config);
  for (const device of ['oslo-1', 'oslo-2', 'oslo-3', 'oslo-4']) story.connects(device, '0s');
  story.loses('oslo-1', '10m');
  story.loses('oslo-2', '12m');
  story.connects('oslo-1', '30m');
  story.connects('oslo-2', '40m');
  return story;
}

it('tells each device by itself when routes say so', async () => {
  const story = twoOfFourDown(routes('  - { per: device, to: [technician] }'));
  await story.until('2h');
  expect(story.told('technician')).toEqual([
    'incident.opened outageBegan warning 1/0 of 1',
    'incident.opened outageBegan warning 1/0 of 1',
    'incident.resolved recovered warning 0/0 of 1',
    'incident.resolved recovered warning 0/0 of 1',
  ]);
  const incidents = story.world.heard.map(({ message }) => [
    message.incidentId,
    message.devices[0]?.deviceId,
  ]);
  expect(new Set(incidents.map(([id, device]) => `${id} ${device}`)).size).toBe(2);
  story.expectsNothingLeft();
});

it('tells the site to one and each device to another, and whoever has both gets both', async () => {
  const story = twoOfFourDown(
    routes('  - { per: site, to: [operators, technician] }\n  - { per: device, to: [technician] }'),
  );
  await story.until('2h');
  expect(story.told('operators')[0]).toBe('incident.opened outageBegan warning 1/0 of 4');
  const opened = story.world.heard.filter(
    ({ receiver, message }) => receiver === 'technician' && message.type === 'incident.opened',
  );
  expect(opened.map(({ message }) => message.per).sort()).toEqual(['device', 'device', 'site']);
  const resolved = story.world.heard.filter(({ message }) => message.type === 'incident.resolved');
  expect(resolved).toHaveLength(4);
  story.expectsNothingLeft();
});

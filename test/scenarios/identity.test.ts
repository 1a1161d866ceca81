import { expect, it } from 'vitest';
import { summarise } from '../../src/lib/notify/words/summary.ts';
import { configOf, osloConfig } from '../support/configOf.ts';
import { eventGridEvent, type RawEvent, start } from '../support/events.ts';
import { offsetMs } from '../support/offsetMs.ts';
import { Story } from '../support/story.ts';

const config = configOf(osloConfig);

/** Connected at start, lost at 10m, back at 30m. */
function outage(story: Story, device: Pick<RawEvent, 'deviceId' | 'moduleId' | 'hubName'>): void {
  const kinds = ['DeviceConnected', 'DeviceDisconnected', 'DeviceConnected'] as const;
  for (const [index, at] of ['1s', '10m', '30m'].entries()) {
    const atMs = start + offsetMs(at);
    story.receives(at, eventGridEvent({ ...device, kind: kinds[index]!, atMs, sequence: index + 1 }));
  }
}

it('follows a module beside its device', async () => {
  const story = new Story(config);
  for (const device of ['oslo-gw', 'oslo-2', 'oslo-3']) story.connects(device, '0s');
  outage(story, { deviceId: 'oslo-gw', moduleId: '$edgeAgent' });
  await story.until('25m');
  expect(story.told('operators')).toEqual(['incident.opened outageBegan warning 0/0 of 3']);
  expect(story.last('operators').counts.modules).toEqual({ offline: 1, flapping: 0, back: 0 });
  expect(summarise(story.last('operators'))).toBe('Oslo plant: 1 module offline');
  expect(story.last('operators').devices).toMatchObject([{ deviceId: 'oslo-gw', moduleId: '$edgeAgent' }]);
  await story.until('2h');
  expect(story.told('operators')).toHaveLength(2);
  story.expectsNothingLeft();
});

it('counts a gateway that loses its power as one device, and its modules beside it', async () => {
  const story = new Story(config);
  const others = Array.from({ length: 8 }, (_, index) => `oslo-${index}`);
  for (const device of others) story.connects(device, '0s');
  for (let module = 1; module <= 9; module++) {
    outage(story, { deviceId: 'oslo-gw', moduleId: `module-${module}` });
  }
  await story.until('25m');
  expect(story.told('operators')).toEqual(['incident.opened outageBegan warning 1/0 of 9']);
  expect(summarise(story.last('operators'))).toBe('Oslo plant: 1 of 9 devices and 9 modules offline');
  await story.until('2h');
  expect(summarise(story.last('operators'))).toBe(
    'Oslo plant: 1 device and 9 modules back online after 20 min',
  );
});

it.each(['a#b?c%d', "x'y", 'x'.repeat(128), '$x;y', '*'])(
  'follows %s, a device without a site, as its own',
  async (deviceId) => {
    const story = new Story(config);
    outage(story, { deviceId });
    await story.until('2h');
    expect(story.told('operators')).toEqual([
      'incident.opened outageBegan warning 1/0 of 1',
      'incident.resolved recovered warning 0/0 of 1',
    ]);
    expect(story.last('operators').site).toMatchObject({ kind: 'device', id: deviceId, name: deviceId });
    story.expectsNothingLeft();
  },
);

it('keeps a device without a site apart from the site that has its id', async () => {
  const story = new Story(config);
  for (const device of ['oslo-1', 'oslo-2', 'oslo-3']) story.connects(device, '0s');
  outage(story, { deviceId: 'oslo' });
  await story.until('25m');
  expect(story.told('operators')).toEqual(['incident.opened outageBegan warning 1/0 of 1']);
});

it('keeps devices apart that differ in case only', async () => {
  const story = new Story(config);
  for (const device of ['oslo-a', 'oslo-A', 'oslo-3']) story.connects(device, '0s');
  story.loses('oslo-A', '10m');
  await story.until('25m');
  expect(story.told('operators')).toEqual(['incident.opened outageBegan warning 1/0 of 3']);
  expect(story.last('operators').devices.map((one) => one.deviceId)).toEqual(['oslo-A']);
});

it('takes one site id under two hubs for two sites', async () => {
  const story = new Story(config);
  for (const hubName of ['hub-a', 'hub-b']) {
    for (const deviceId of ['oslo-1', 'oslo-2', 'oslo-3', 'oslo-4', 'oslo-5']) {
      const connected = { kind: 'DeviceConnected', deviceId, hubName, atMs: start, sequence: 1 } as const;
      story.receives('1s', eventGridEvent(connected));
    }
  }
  outage(story, { deviceId: 'oslo-9', hubName: 'hub-a' });
  outage(story, { deviceId: 'oslo-9', hubName: 'Hub-B' });
  await story.until('2h');
  const lines = story.world.heard.map(
    ({ message }) => `${message.hub} ${message.type} of ${message.counts.known}`,
  );
  expect(lines.sort()).toEqual([
    'Hub-B incident.opened of 6',
    'Hub-B incident.resolved of 6',
    'hub-a incident.opened of 6',
    'hub-a incident.resolved of 6',
  ]);
  expect(new Set(story.world.heard.map(({ message }) => message.incidentId)).size).toBe(2);
  story.expectsNothingLeft();
});

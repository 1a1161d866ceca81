import { expect, it } from 'vitest';
import { configOf, osloConfig } from '../support/configOf.ts';
import { Story } from '../support/story.ts';

it('tells how many are back and which are still down', async () => {
  const story = new Story(configOf(osloConfig));
  const devices = Array.from({ length: 40 }, (_, index) => `oslo-${String(index).padStart(2, '0')}`);
  for (const device of devices) {
    story.connects(device, '0s');
    story.loses(device, '10m');
  }
  for (const device of devices.slice(3)) story.connects(device, '30m');
  await story.until('50m');
  expect(story.told('operators')).toEqual([
    'incident.opened outageBegan critical 40/0 of 40',
    'incident.updated partlyRecovered warning 3/0 of 40',
  ]);
  const update = story.last('operators');
  expect(update.backCount).toBe(37);
  expect(update.devices.slice(0, 3).map((one) => `${one.deviceId} ${one.phase}`)).toEqual([
    'oslo-00 offline',
    'oslo-01 offline',
    'oslo-02 offline',
  ]);
  expect(update.devices.slice(3).every((one) => one.phase === 'online' && one.backAtMs !== null)).toBe(true);

  for (const device of devices.slice(0, 3)) story.connects(device, '55m');
  await story.until('2h');
  expect(story.told('operators').slice(2)).toEqual(['incident.resolved recovered critical 0/0 of 40']);
  expect(story.last('operators').devices).toHaveLength(40);
  story.expectsNothingLeft();
});

it('takes a device that falls again before its recovery lasted for the same outage', async () => {
  const story = new Story(configOf(osloConfig));
  for (const device of ['oslo-1', 'oslo-2', 'oslo-3']) story.connects(device, '0s');
  story.loses('oslo-1', '10m');
  story.connects('oslo-1', '30m');
  story.loses('oslo-1', '31m');
  story.connects('oslo-1', '40m');
  await story.until('2h');
  expect(story.told('operators')).toEqual([
    'incident.opened outageBegan warning 1/0 of 3',
    'incident.resolved recovered warning 0/0 of 3',
  ]);
  story.expectsNothingLeft();
});

import { expect, it } from 'vitest';
import { configOf, osloConfig } from '../support/configOf.ts';
import { Story } from '../support/story.ts';

function down(...lost: readonly string[]): Story {
  const story = new Story(configOf(osloConfig));
  for (const device of ['oslo-1', 'oslo-2', 'oslo-3', 'oslo-4', 'oslo-5']) story.connects(device, '0s');
  for (const device of lost) story.loses(device, '10m');
  return story;
}

it('closes the incident of a device that is deleted while it is down', async () => {
  const story = down('oslo-1');
  story.happens('DeviceDeleted', 'oslo-1', '20m');
  story.loses('oslo-1', '21m');
  await story.until('2h');
  expect(story.told('operators')).toEqual([
    'incident.opened outageBegan warning 1/0 of 5',
    'incident.resolved noLongerFollowed warning 0/0 of 4',
  ]);
  expect(story.last('operators').devices).toMatchObject([
    { deviceId: 'oslo-1', phase: 'offline', deleted: true },
  ]);
  story.expectsNothingLeft();
});

it('tells with the next update that one of several was deleted', async () => {
  const story = down('oslo-1', 'oslo-2');
  story.happens('DeviceDeleted', 'oslo-1', '16m');
  await story.until('1h');
  expect(story.told('operators')).toEqual([
    'incident.opened outageBegan warning 2/0 of 5',
    'incident.updated noLongerFollowed warning 1/0 of 4',
  ]);
  expect(story.toldAt('operators')[1]! - story.toldAt('operators')[0]!).toBeGreaterThanOrEqual(300);
  story.connects('oslo-2', '1h');
  await story.until('2h');
  expect(story.told('operators').at(-1)).toBe('incident.resolved recovered warning 0/0 of 4');
  story.expectsNothingLeft();
});

it('says nothing of the disconnect that a deletion causes', async () => {
  const story = down();
  story.happens('DeviceDeleted', 'oslo-1', '20m');
  story.loses('oslo-1', '20m40s');
  story.happens('DeviceDisconnected', 'oslo-2', '30m');
  story.happens('DeviceDeleted', 'oslo-2', '30m30s');
  await story.until('2h');
  expect(story.told('operators')).toEqual([]);
  story.expectsNothingLeft();
});

it('follows a device that was deleted and made anew', async () => {
  const story = down();
  story.happens('DeviceDeleted', 'oslo-1', '20m');
  story.happens('DeviceCreated', 'oslo-1', '30m');
  story.connects('oslo-1', '31m');
  story.loses('oslo-1', '40m');
  await story.until('1h');
  expect(story.told('operators')).toEqual(['incident.opened outageBegan warning 1/0 of 5']);
});

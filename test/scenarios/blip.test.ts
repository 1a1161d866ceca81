import { expect, it } from 'vitest';
import { configOf, osloConfig } from '../support/configOf.ts';
import { Story } from '../support/story.ts';

const config = configOf(osloConfig);

it('stays quiet about gaps within the hold, time and again', async () => {
  const story = new Story(config);
  story.connects('oslo-1', '0s');
  for (const [lost, back] of [
    ['10m', '14m59s'],
    ['40m', '40m1s'],
    ['70m', '74m'],
  ] as const) {
    story.loses('oslo-1', lost);
    story.connects('oslo-1', back);
  }
  await story.until('2h');
  expect(story.told('operators')).toEqual([]);
  story.expectsNothingLeft();
});

it('stays quiet when the events of a gap come late and in the wrong order', async () => {
  const story = new Story(config);
  story.connects('oslo-1', '0s');
  story.happens('DeviceDisconnected', 'oslo-1', '10m', '30m');
  story.happens('DeviceConnected', 'oslo-1', '11m', '29m');
  await story.until('2h');
  expect(story.told('operators')).toEqual([]);
  story.expectsNothingLeft();
});

it('stays quiet when a whole site blips', async () => {
  const story = new Story(config);
  const devices = Array.from({ length: 30 }, (_, index) => `oslo-${index}`);
  for (const device of devices) {
    story.connects(device, '0s');
    story.loses(device, '10m');
    story.connects(device, '13m');
  }
  await story.until('1h');
  expect(story.told('operators')).toEqual([]);
  story.expectsNothingLeft();
});

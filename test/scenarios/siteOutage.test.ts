import { expect, it } from 'vitest';
import { configOf, osloConfig } from '../support/configOf.ts';
import { Story } from '../support/story.ts';

it('tells a plant outage once, and its end to the same people', async () => {
  const story = new Story(configOf(osloConfig));
  const devices = Array.from({ length: 40 }, (_, index) => `oslo-press-${String(index).padStart(2, '0')}`);
  for (const device of devices) story.connects(device, '0s');
  for (const [index, device] of devices.slice(0, 38).entries())
    story.loses(device, `${600 + Math.floor(index / 2)}s`);

  await story.until('15m');
  expect(story.told('operators')).toEqual([]);

  await story.until('20m');
  expect(story.told('operators')).toEqual(['incident.opened outageBegan critical 38/0 of 40']);

  for (const device of devices.slice(0, 38)) story.connects(device, '30m');
  await story.until('60m');
  expect(story.told('operators')).toEqual([
    'incident.opened outageBegan critical 38/0 of 40',
    'incident.resolved recovered critical 0/0 of 40',
  ]);
  story.expectsNothingLeft();
});

it('stays quiet about gaps within the hold', async () => {
  const story = new Story(configOf(osloConfig));
  story.connects('oslo-1', '0s');
  story.loses('oslo-1', '10m');
  story.connects('oslo-1', '14m59s');
  await story.until('60m');
  expect(story.told('operators')).toEqual([]);
  story.expectsNothingLeft();
});

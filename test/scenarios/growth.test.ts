import { expect, it } from 'vitest';
import { configOf, osloConfig } from '../support/configOf.ts';
import { Story } from '../support/story.ts';

it('tells of further devices at most once each groupInterval', async () => {
  const story = new Story(configOf(osloConfig));
  const devices = Array.from({ length: 40 }, (_, index) => `oslo-${index}`);
  for (const device of devices) story.connects(device, '0s');
  // One device a minute for a quarter of an hour.
  for (let minute = 0; minute < 15; minute++) story.loses(devices[minute]!, `${10 + minute}m`);
  await story.until('45m');
  expect(story.told('operators')).toEqual([
    'incident.opened outageBegan warning 1/0 of 40',
    'incident.updated outageGrew warning 6/0 of 40',
    'incident.updated outageGrew warning 11/0 of 40',
    'incident.updated outageGrew warning 15/0 of 40',
  ]);
  const gaps = story.toldAt('operators').map((at, index, all) => at - (all[index - 1] ?? 0));
  expect(Math.min(...gaps.slice(1))).toBeGreaterThanOrEqual(300);
});

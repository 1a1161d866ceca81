import { expect, it } from 'vitest';
import { configOf, osloConfig } from '../support/configOf.ts';
import { Story } from '../support/story.ts';

it('reminds every remindEvery of what is still down, and stops when it is over', async () => {
  const story = new Story(configOf(osloConfig));
  for (const device of ['oslo-1', 'oslo-2', 'oslo-3']) story.connects(device, '0s');
  story.loses('oslo-1', '10m');
  story.connects('oslo-1', '9h');
  await story.until('20h');
  expect(story.told('operators')).toEqual([
    'incident.opened outageBegan warning 1/0 of 3',
    'incident.reminder reminder warning 1/0 of 3',
    'incident.reminder reminder warning 1/0 of 3',
    'incident.resolved recovered warning 0/0 of 3',
  ]);
  const [opened = 0, first = 0, second = 0] = story.toldAt('operators');
  for (const gap of [first - opened, second - first]) {
    expect(gap).toBeGreaterThanOrEqual(4 * 3600);
    expect(gap).toBeLessThanOrEqual(4 * 3600 + 75);
  }
  story.expectsNothingLeft();
});

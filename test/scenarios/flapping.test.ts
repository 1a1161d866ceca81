import { expect, it } from 'vitest';
import { configOf, osloConfig } from '../support/configOf.ts';
import { Story } from '../support/story.ts';

/** A device that changes each half minute from the tenth minute on. */
function flapper(changes: number, endsConnected: boolean): Story {
  const story = new Story(configOf(osloConfig));
  for (const device of ['oslo-1', 'oslo-2', 'oslo-3', 'oslo-4']) story.connects(device, '0s');
  for (let change = 0; change < changes; change++) {
    const at = `${600 + change * 30}s`;
    if (change % 2 === 0) story.loses('oslo-1', at);
    else story.connects('oslo-1', at);
  }
  const at = `${600 + changes * 30}s`;
  if (endsConnected && changes % 2 === 1) story.connects('oslo-1', at);
  if (!endsConnected && changes % 2 === 0) story.loses('oslo-1', at);
  return story;
}

it('tells flapping once, holds the offline and online in between, and tells its end', async () => {
  const story = flapper(40, true);
  await story.until('3h');
  expect(story.told('operators')).toEqual([
    'incident.opened flappingBegan info 0/1 of 4',
    'incident.resolved flappingEnded info 0/0 of 4',
  ]);
  story.expectsNothingLeft();
});

it('tells that a flapping device stayed down, and the end of that', async () => {
  const story = flapper(40, false);
  await story.until('2h');
  expect(story.told('operators')).toEqual([
    'incident.opened flappingBegan info 0/1 of 4',
    'incident.updated flappingEnded warning 1/0 of 4',
  ]);
  story.connects('oslo-1', '2h');
  await story.until('4h');
  expect(story.told('operators').slice(2)).toEqual(['incident.resolved recovered warning 0/0 of 4']);
  story.expectsNothingLeft();
});

it('says nothing of flapping when it is switched off, and still of outages', async () => {
  const story = new Story(configOf(`${osloConfig}\npolicy: { flapping: off }\n`));
  for (const device of ['oslo-1', 'oslo-2', 'oslo-3']) story.connects(device, '0s');
  for (let change = 0; change < 21; change++) {
    const at = `${600 + change * 30}s`;
    if (change % 2 === 0) story.loses('oslo-1', at);
    else story.connects('oslo-1', at);
  }
  await story.until('1h');
  expect(story.told('operators')).toEqual(['incident.opened outageBegan warning 1/0 of 3']);
});

it('takes hourly token renewals for routine', async () => {
  const story = new Story(configOf(osloConfig));
  story.connects('oslo-1', '0s');
  for (let hour = 1; hour <= 12; hour++) {
    story.loses('oslo-1', `${hour * 65}m`);
    story.connects('oslo-1', `${hour * 65 * 60 + 50}s`);
  }
  await story.until('15h');
  expect(story.told('operators')).toEqual([]);
  story.expectsNothingLeft();
});

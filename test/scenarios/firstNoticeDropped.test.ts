import { expect, it } from 'vitest';
import { configOf, osloConfig } from '../support/configOf.ts';
import { Story } from '../support/story.ts';

function fallen(diagnosisTakesMs = 0): Story {
  const story = new Story(configOf(osloConfig), {
    diagnose: () => ({ diagnosis: {}, afterMs: diagnosisTakesMs }),
  });
  for (const device of ['oslo-1', 'oslo-2', 'oslo-3']) story.connects(device, '0s');
  story.loses('oslo-1', '10m');
  return story;
}

it('says nothing when every device came back within groupWait', async () => {
  const story = fallen();
  story.connects('oslo-1', '15m20s');
  await story.until('2h');
  expect(story.told('operators')).toEqual([]);
  story.expectsNothingLeft();
});

it('drops the notice when every device came back while the logs were asked, and says so in the history', async () => {
  const story = fallen(15_000);
  story.connects('oslo-1', '15m40s');
  await story.until('2h');
  expect(story.told('operators')).toEqual([]);
  expect(await story.past()).toMatchObject([
    { kind: 'opening', state: 'dropped', lastError: 'every device was back before it could be told' },
  ]);
  story.expectsNothingLeft();
});

it('tells it after all when the device falls again before its recovery lasted', async () => {
  const story = fallen(15_000);
  story.connects('oslo-1', '15m40s');
  story.loses('oslo-1', '16m30s');
  await story.until('1h');
  expect(story.told('operators')).toEqual(['incident.opened outageBegan warning 1/0 of 3']);
});

import { expect, it } from 'vitest';
import { configOf } from '../support/configOf.ts';
import { Story } from '../support/story.ts';

const both = `
sites:
  - { id: oslo, devices: ["oslo-*"] }
receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
  manager: { email: { to: ["manager@oslo.example"] } }
routes:
`;
const one = configOf(`${both}  - { to: [operators] }`);
const two = configOf(`${both}  - { to: [operators, manager] }`);
const withoutManager = configOf(`
sites: [{ id: oslo, devices: ["oslo-*"] }]
receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
routes: [{ to: [operators] }]
`);

/** Lost at 10m; the other configuration comes at 1h, at a moment when nothing else is due. */
async function outageUntilChange(before: typeof one, after: typeof one): Promise<Story> {
  const story = new Story(before);
  for (const device of ['oslo-1', 'oslo-2', 'oslo-3']) story.connects(device, '0s');
  story.loses('oslo-1', '10m');
  await story.until('1h');
  story.world.restart(after);
  await story.until('62m');
  return story;
}

it('tells a receiver that is added while an incident stands, as its beginning', async () => {
  const story = await outageUntilChange(one, two);
  expect(story.told('manager')).toEqual(['incident.opened outageBegan warning 1/0 of 3']);
  story.connects('oslo-1', '2h');
  await story.until('3h');
  expect(story.told('manager').at(-1)).toBe('incident.resolved recovered warning 0/0 of 3');
  expect(story.told('operators')).toHaveLength(2);
  story.expectsNothingLeft();
});

it('tells a receiver whose route is removed, within two minutes, that it is no longer followed', async () => {
  const story = await outageUntilChange(two, one);
  expect(story.told('manager')).toEqual([
    'incident.opened outageBegan warning 1/0 of 3',
    'incident.resolved noLongerFollowed warning 1/0 of 3',
  ]);
  story.connects('oslo-1', '2h');
  await story.until('3h');
  expect(story.told('manager')).toHaveLength(2);
  expect(story.told('operators').at(-1)).toBe('incident.resolved recovered warning 0/0 of 3');
  story.expectsNothingLeft();
});

it('records that a receiver that is itself removed cannot be told', async () => {
  const story = await outageUntilChange(two, withoutManager);
  expect(story.told('manager')).toHaveLength(1);
  expect((await story.past()).filter((notice) => notice.state === 'dropped')).toMatchObject([
    { receiver: 'manager', lastError: 'the receiver was removed from the configuration' },
  ]);
  story.connects('oslo-1', '2h');
  await story.until('3h');
  expect(story.told('operators').at(-1)).toBe('incident.resolved recovered warning 0/0 of 3');
  story.expectsNothingLeft();
});

it('moves a device to another site: told as gone there and as down here, and back here', async () => {
  const moved = configOf(
    both.replace('sites:', 'sites:\n  - { id: bergen, devices: ["oslo-1"] }') +
      '  - { match: { sites: [oslo] }, to: [operators] }\n  - { match: { sites: [bergen] }, to: [manager] }',
  );
  const story = await outageUntilChange(one, moved);
  expect(story.told('operators')).toEqual([
    'incident.opened outageBegan warning 1/0 of 3',
    'incident.resolved noLongerFollowed warning 0/0 of 2',
  ]);
  expect(story.told('manager')).toEqual(['incident.opened outageBegan warning 1/0 of 1']);
  story.connects('oslo-1', '2h');
  await story.until('3h');
  expect(story.told('manager').at(-1)).toBe('incident.resolved recovered warning 0/0 of 1');
  expect(story.told('operators')).toHaveLength(2);
  story.expectsNothingLeft();
});

it('changes nothing for anybody when the same configuration is started again', async () => {
  const story = await outageUntilChange(two, two);
  expect(story.told('operators')).toHaveLength(1);
  expect(story.told('manager')).toHaveLength(1);
});

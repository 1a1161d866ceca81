import { expect, it } from 'vitest';
import { configOf, osloConfig } from '../support/configOf.ts';
import { cloudEvent, eventGridEvent, type RawEvent, start } from '../support/events.ts';
import { offsetMs } from '../support/offsetMs.ts';
import { Story } from '../support/story.ts';

const devices = ['oslo-1', 'oslo-2', 'oslo-3', 'oslo-4'];

/** An outage of three of four, and its end, as the hub saw it. */
const history: readonly RawEvent[] = [
  ...devices.map((deviceId) => ({ kind: 'DeviceConnected', deviceId, at: '1s', sequence: 1 }) as const),
  ...devices
    .slice(1)
    .map((deviceId) => ({ kind: 'DeviceDisconnected', deviceId, at: '10m', sequence: 2 }) as const),
  ...devices
    .slice(1)
    .map((deviceId) => ({ kind: 'DeviceConnected', deviceId, at: '30m', sequence: 3 }) as const),
].map(({ at, ...event }) => ({ ...event, atMs: start + offsetMs(at) }));

const told = [
  'incident.opened outageBegan critical 3/0 of 4',
  'incident.resolved recovered critical 0/0 of 4',
];

async function expectTold(deliver: (story: Story, event: RawEvent, at: string) => void): Promise<void> {
  const story = new Story(configOf(osloConfig));
  for (const event of history) deliver(story, event, `${(event.atMs - start) / 1000}s`);
  await story.until('2h');
  expect(story.told('operators')).toEqual(told);
  story.expectsNothingLeft();
}

it('hears the same of events in either schema', async () => {
  await expectTold((story, event, at) => story.receives(at, eventGridEvent(event)));
  await expectTold((story, event, at) => story.receives(at, cloudEvent(event)));
});

it('hears the same of events that come three times, in both schemas', async () => {
  await expectTold((story, event, at) => {
    story.receives(at, eventGridEvent(event), cloudEvent(event));
    story.receives(`${(event.atMs - start) / 1000 + 40}s`, eventGridEvent(event));
  });
});

it('hears the same when the copies come in one delivery with the next events, backwards', async () => {
  const story = new Story(configOf(osloConfig));
  const [connects, losses, returns] = [history.slice(0, 4), history.slice(4, 7), history.slice(7)];
  story.receives('1s', ...connects.map(eventGridEvent));
  story.receives('10m', ...[...connects, ...losses].reverse().map(eventGridEvent));
  story.receives('30m', ...[...connects, ...losses, ...returns].reverse().map(cloudEvent));
  await story.until('2h');
  expect(story.told('operators')).toEqual(told);
  story.expectsNothingLeft();
});

it('hears the same when malformed and foreign events are among them', async () => {
  await expectTold((story, event, at) =>
    story.receives(at, { id: 'x' }, eventGridEvent(event), { ...eventGridEvent(event), data: null }),
  );
});

it('is not misled by a disconnect that comes after its connect', async () => {
  const story = new Story(configOf(osloConfig));
  for (const device of devices) story.connects(device, '0s');
  const lost = {
    kind: 'DeviceDisconnected',
    deviceId: 'oslo-1',
    atMs: start + offsetMs('10m'),
    sequence: 2,
  } as const;
  const back = {
    kind: 'DeviceConnected',
    deviceId: 'oslo-1',
    atMs: start + offsetMs('11m'),
    sequence: 3,
  } as const;
  story.receives('11m', eventGridEvent(back));
  story.receives('12m', eventGridEvent(lost));
  await story.until('2h');
  expect(story.told('operators')).toEqual([]);
  story.expectsNothingLeft();
});

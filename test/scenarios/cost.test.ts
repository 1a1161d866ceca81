import { expect, it } from 'vitest';
import { configOf, osloConfig } from '../support/configOf.ts';
import { eventGridEvent, start } from '../support/events.ts';
import { offsetMs } from '../support/offsetMs.ts';
import { Story } from '../support/story.ts';

const devices = Array.from({ length: 200 }, (_, index) => `oslo-${String(index).padStart(3, '0')}`);

const delivery = (kind: 'DeviceConnected' | 'DeviceDisconnected', at: string, sequence: number) =>
  devices.map((deviceId) => eventGridEvent({ kind, deviceId, atMs: start + offsetMs(at), sequence }));

/** Calls to storage and queues in a stretch of the story. */
async function callsUntil(story: Story, at: string): Promise<number> {
  const before = story.world.storageCalls;
  await story.until(at);
  return story.world.storageCalls - before;
}

it('takes 200 events in a delivery for a few calls to storage', async () => {
  const story = new Story(configOf(osloConfig));
  await story.until('1s');
  story.receives('2s', ...delivery('DeviceConnected', '2s', 1));
  // A query for all, a transaction for each 100, and once the note of a site that nobody knew.
  expect(await callsUntil(story, '3s')).toBe(4);
  story.receives('10m', ...delivery('DeviceDisconnected', '10m', 2));
  await story.until('9m59s');
  // The devices are cached: a transaction for each 100, and one wake-up with its note.
  expect(await callsUntil(story, '10m1s')).toBeLessThanOrEqual(2 + 2 + 5);
});

it('takes single events of cached devices for at most two calls each', async () => {
  const story = new Story(configOf(osloConfig));
  story.receives('2s', ...delivery('DeviceConnected', '2s', 1));
  await story.until('9m59s');
  // A site goes down over twenty seconds, an event at a time.
  for (const [index, device] of devices.entries()) {
    const seconds = 600 + index / 10;
    const atMs = start + seconds * 1000;
    const event = eventGridEvent({ kind: 'DeviceDisconnected', deviceId: device, atMs, sequence: 2 });
    story.world.post(atMs, [event]);
  }
  const calls = await callsUntil(story, '10m30s');
  expect(calls / devices.length).toBeLessThanOrEqual(1.2);
});

it('tells an outage of 200 devices for calls per site, not per device', async () => {
  const story = new Story(configOf(osloConfig));
  story.receives('2s', ...delivery('DeviceConnected', '2s', 1));
  story.receives('10m', ...delivery('DeviceDisconnected', '10m', 2));
  await story.until('11m');
  const calls = await callsUntil(story, '16m');
  expect(story.told('operators')).toEqual(['incident.opened outageBegan critical 200/0 of 200']);
  // Three of them are the turn at the logs: a look, taking it, ending it. Each run of the sweep takes some of its own.
  expect(calls).toBeLessThanOrEqual(82);
});

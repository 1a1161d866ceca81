import { expect, it } from 'vitest';
import { eventGridEventOf } from '../../../src/lib/events/eventGridEvent.ts';
import { parseEvent } from '../../../src/lib/events/parseEvents.ts';
import { cloudEvent, eventGridEvent, type RawEvent, start } from '../../support/events.ts';

const raw: RawEvent = {
  kind: 'DeviceConnected',
  deviceId: "a#b?c%d'",
  moduleId: 'm',
  atMs: start,
  sequence: 3,
};

it.each([
  eventGridEvent(raw),
  cloudEvent({ ...raw, kind: 'DeviceDisconnected', moduleId: '' }),
  eventGridEvent({ ...raw, kind: 'DeviceCreated' }),
  { ...eventGridEvent({ ...raw, kind: 'DeviceDeleted' }), topic: 'no id' },
])('what is written of an event is read as the same event: %j', (delivered) => {
  const parsed = parseEvent(delivered);
  if (parsed.kind !== 'event') throw new Error(JSON.stringify(parsed));
  expect(parseEvent(JSON.parse(JSON.stringify(eventGridEventOf(parsed.event))))).toEqual(parsed);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { routedMessage } from '../../local/scenarios/iotHub.ts';
import { eventsOfEventHub } from '../../src/lib/events/eventHubMessages.ts';
import { parseEvents } from '../../src/lib/events/parseEvents.ts';
import { cloudEvent, eventGridEvent, start } from '../support/events.ts';
import { mutated, oddValue } from './mutations.ts';

const good = [
  eventGridEvent({ kind: 'DeviceDisconnected', deviceId: 'oslo-1', atMs: start, sequence: 2 }),
  cloudEvent({ kind: 'DeviceConnected', deviceId: "a#b?c%d'", moduleId: 'm', atMs: start, sequence: 3 }),
  eventGridEvent({ kind: 'DeviceDeleted', deviceId: 'oslo-2', atMs: start }),
];

const element = fc.oneof(oddValue, ...good.map(mutated));

it('answers every element of any delivery, and never throws', () => {
  fc.assert(
    fc.property(fc.oneof(element, fc.array(element, { maxLength: 6 })), (delivery) => {
      const parsed = parseEvents(delivery);
      expect(parsed).toHaveLength(Array.isArray(delivery) ? delivery.length : 1);
      for (const one of parsed) {
        if (one.kind !== 'event') continue;
        expect(one.event.deviceId).toMatch(/^.{1,128}$/);
        expect(one.event.hubName).not.toBe('');
        expect(Number.isFinite(one.event.eventTimeMs)).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});

it('reads good events the same whatever stands beside them', () => {
  const alone = parseEvents(good);
  expect(alone.map((one) => one.kind)).toEqual(['event', 'event', 'event']);
  fc.assert(
    fc.property(fc.array(element, { minLength: 1, maxLength: 4 }), fc.nat({ max: 4 }), (bad, place) => {
      const mixed = bad.toSpliced(place, 0, ...good);
      const at = Math.min(place, bad.length);
      expect(parseEvents(mixed).slice(at, at + good.length)).toEqual(alone);
    }),
    { numRuns: 500 },
  );
});

type Routed = { Body: unknown; UserProperties: unknown; SystemProperties: unknown };

const routed = routedMessage({
  kind: 'DeviceConnected',
  deviceId: 'oslo-3',
  atMs: start,
  sequence: 4,
}) as Routed;
const message = fc.record({
  Body: fc.oneof(element, mutated(routed.Body)),
  UserProperties: fc.oneof(oddValue, mutated(routed.UserProperties)),
  SystemProperties: fc.oneof(oddValue, mutated(routed.SystemProperties)),
});

it('reads good messages of an event hub the same, whatever stands beside them', () => {
  const read = (messages: readonly Routed[]) =>
    parseEvents(
      eventsOfEventHub(
        messages.map(({ Body }) => Body),
        {
          propertiesArray: messages.map(({ UserProperties }) => UserProperties),
          systemPropertiesArray: messages.map(({ SystemProperties }) => SystemProperties),
        },
      ),
    );
  const [alone] = read([routed]);
  expect(alone).toMatchObject({ kind: 'event', event: { deviceId: 'oslo-3' } });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 5 }), fc.nat({ max: 5 }), (bad, place) => {
      const before = bad.slice(0, place);
      expect(read([...before, routed, ...bad.slice(place)])[read(before).length]).toEqual(alone);
    }),
    { numRuns: 500 },
  );
});

it('takes anything for a batch of an event hub', () => {
  fc.assert(
    fc.property(oddValue, oddValue, oddValue, (messages, propertiesArray, systemPropertiesArray) => {
      const events = eventsOfEventHub(messages, { propertiesArray, systemPropertiesArray });
      expect(parseEvents(events)).toHaveLength(events.length);
    }),
    { numRuns: 500 },
  );
});

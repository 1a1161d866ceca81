import { describe, expect, it } from 'vitest';
import { routedMessage } from '../../../local/scenarios/iotHub.ts';
import { type EventHubMetadata, eventsOfEventHub } from '../../../src/lib/events/eventHubMessages.ts';
import { type ParsedEvent, parseEvents } from '../../../src/lib/events/parseEvents.ts';
import { cloudEvent, eventGridEvent, type RawEvent, start } from '../../support/events.ts';

const lost: RawEvent = { kind: 'DeviceDisconnected', deviceId: 'pump-017', atMs: start, sequence: 7 };

type Routed = {
  readonly Body: unknown;
  readonly UserProperties: Record<string, unknown>;
  readonly SystemProperties: Record<string, unknown>;
};

/** A batch of messages that IoT Hub routed, as the host hands it over. */
function batchOf(...messages: readonly Partial<Routed>[]): [unknown[], EventHubMetadata] {
  return [
    messages.map(({ Body }) => Body),
    {
      propertiesArray: messages.map(({ UserProperties }) => UserProperties ?? {}),
      systemPropertiesArray: messages.map(({ SystemProperties }) => SystemProperties ?? {}),
    },
  ];
}

const routed = (event: RawEvent = lost) => routedMessage(event) as Routed;
const read = (...messages: readonly Partial<Routed>[]) =>
  parseEvents(eventsOfEventHub(...batchOf(...messages)));

/** What happened, to whom, and when; without what one source says and the other does not. */
function told(parsed: ParsedEvent | undefined): unknown {
  if (parsed?.kind !== 'event') return parsed;
  const { eventId, hubResourceId, ...event } = parsed.event;
  return event;
}

describe('a message that IoT Hub routed', () => {
  it.each<RawEvent>([
    lost,
    { ...lost, kind: 'DeviceConnected', moduleId: 'edge-agent-x', sequence: 8 },
    { ...lost, kind: 'DeviceCreated' },
    { ...lost, kind: 'DeviceDeleted', moduleId: 'm' },
  ])('says the same as Event Grid: $kind', (event) => {
    const [fromRoute] = read(routed(event));
    expect(told(fromRoute)).toEqual(told(parseEvents(eventGridEvent(event))[0]));
  });

  it('is read from the sample of the documentation', () => {
    const sequenceNumber = '000000000000000001D8713FF7E0851400000002000000000000000000000007';
    const [parsed] = read({
      Body: { sequenceNumber },
      UserProperties: {
        hubName: 'contoso-routing-hub',
        deviceId: 'contoso-device-1',
        opType: 'deviceDisconnected',
        'iothub-message-schema': 'deviceConnectionStateNotification',
        operationTimestamp: '2022-06-01T18:43:04.5561024Z',
      },
      SystemProperties: {
        'iothub-connection-device-id': 'contoso-device-1',
        'iothub-enqueuedtime': 1654109018051,
        'iothub-message-source': 'deviceConnectionStateEvents',
        'x-opt-sequence-number': 72,
      },
    });
    expect(told(parsed)).toEqual({
      kind: 'disconnected',
      hubName: 'contoso-routing-hub',
      deviceId: 'contoso-device-1',
      moduleId: null,
      sequenceNumber,
      eventTimeMs: Date.parse('2022-06-01T18:43:04.556Z'),
    });
  });

  it('has an id that every copy has, and no other event', () => {
    const ids = read(
      routed(),
      routed(),
      routed({ ...lost, sequence: 8 }),
      routed({ ...lost, moduleId: 'm' }),
    ).map((parsed) => parsed.kind === 'event' && parsed.event.eventId);
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
  });

  it.each(['deviceId', 'hubName', 'operationTimestamp', 'iothub-message-schema'])(
    'is read without the property %s, which the hub says a second time',
    (property) => {
      const message = routed();
      delete message.UserProperties[property];
      expect(told(read(message)[0])).toEqual(told(read(routed())[0]));
    },
  );

  it('is read without what IoT Hub sets beside the properties', () => {
    expect(told(read({ ...routed(), SystemProperties: {} })[0])).toEqual(told(read(routed())[0]));
  });

  it.each([
    { what: 'telemetry', source: 'Telemetry', opType: undefined, type: 'Telemetry' },
    {
      what: 'a change of a twin',
      source: 'twinChangeEvents',
      opType: 'updateTwin',
      type: 'twinChangeEvents/updateTwin',
    },
  ])('is none of ours: $what', ({ source, opType, type }) => {
    const message = {
      Body: { temperature: 21 },
      UserProperties: { opType },
      SystemProperties: { 'iothub-message-source': source },
    };
    expect(read(message)).toEqual([{ kind: 'foreign', type }]);
  });

  it.each([
    ['no sequence number', { Body: {} }],
    ['a body that is no JSON', { Body: 'plain text' }],
    ['no body', { Body: undefined }],
    [
      'no device',
      { UserProperties: { opType: 'deviceConnected' }, SystemProperties: { 'iothub-message-source': 'x' } },
    ],
  ])('is set aside: %s, and harms no other', (_, part) => {
    const kinds = read(routed(), { ...routed(), ...part }, routed({ ...lost, sequence: 9 })).map(
      ({ kind }) => kind,
    );
    expect(kinds).toEqual(['event', 'malformed', 'event']);
  });
});

describe('a message of Event Grid', () => {
  const plain = (...bodies: readonly unknown[]) => parseEvents(eventsOfEventHub(bodies, {}));

  it.each([
    { shape: 'one event', bodies: [eventGridEvent(lost), eventGridEvent(lost)] },
    { shape: 'an array', bodies: [[eventGridEvent(lost), eventGridEvent(lost)]] },
    { shape: 'CloudEvents', bodies: [cloudEvent(lost), [cloudEvent(lost)]] },
  ])('is read: $shape', ({ bodies }) => {
    expect(plain(...bodies)).toEqual(parseEvents([eventGridEvent(lost), eventGridEvent(lost)]));
  });

  it('may stand beside messages of a route', () => {
    const [bodies, metadata] = batchOf({ Body: eventGridEvent(lost) }, routed());
    const [first, second] = parseEvents(eventsOfEventHub(bodies, metadata));
    expect(told(first)).toEqual(told(second));
  });

  it('is set aside when it is none, and harms no other', () => {
    expect(plain(eventGridEvent(lost), 'plain text', 7, null).map(({ kind }) => kind)).toEqual([
      'event',
      'malformed',
      'malformed',
      'malformed',
    ]);
  });
});

import { EventGridDeserializer, type IotHubDeviceConnectedEventData } from '@azure/eventgrid';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventTypes, parseEvent, parseEvents } from '../../../src/lib/events/parseEvents.ts';
import { cloudEvent, eventGridEvent, hubResourceId, type RawEvent, start } from '../../support/events.ts';

const lost: RawEvent = { kind: 'DeviceDisconnected', deviceId: 'pump-017', atMs: start, sequence: 7 };

/** The event as parsed, or the test fails with the problem. */
function eventOf(raw: unknown) {
  const parsed = parseEvent(raw);
  if (parsed.kind !== 'event') throw new Error(JSON.stringify(parsed));
  return parsed.event;
}

function problemOf(raw: unknown): string {
  const parsed = parseEvent(raw);
  return parsed.kind === 'malformed' ? parsed.problem : parsed.kind;
}

/** The raw event with one field replaced, by path; undefined removes it. */
function withField(path: string, value: unknown, raw: object = eventGridEvent(lost)): object {
  const copy = structuredClone(raw) as Record<string, unknown>;
  const names = path.split('.');
  const last = names.pop()!;
  let place = copy;
  for (const name of names) place = place[name] as Record<string, unknown>;
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy;
}

describe('schemas', () => {
  it.each([
    { schema: 'Event Grid’s own', raw: eventGridEvent(lost) },
    { schema: 'CloudEvents 1.0', raw: cloudEvent(lost) },
  ])('$schema is read', ({ raw }) => {
    expect(eventOf(raw)).toEqual({
      kind: 'disconnected',
      eventId: 'pump-017--DeviceDisconnected-7-1772614800000',
      hubName: 'hub-fleet-01',
      hubResourceId,
      deviceId: 'pump-017',
      moduleId: null,
      eventTimeMs: start,
      sequenceNumber: `${'0'.repeat(63)}7`,
    });
  });

  it.each([
    ['DeviceConnected', 'connected'],
    ['DeviceDisconnected', 'disconnected'],
    ['DeviceCreated', 'created'],
    ['DeviceDeleted', 'deleted'],
  ] as const)('%s is %s, in both', (kind, expected) => {
    expect(eventOf(eventGridEvent({ ...lost, kind })).kind).toBe(expected);
    expect(eventOf(cloudEvent({ ...lost, kind })).kind).toBe(expected);
    expect(Object.values(eventTypes)).toContain(expected);
  });

  it('takes one event, an array, an empty array, and both schemas in one', () => {
    expect(parseEvents(eventGridEvent(lost))).toHaveLength(1);
    expect(parseEvents([])).toEqual([]);
    const mixed = parseEvents([eventGridEvent(lost), cloudEvent(lost)]);
    expect(mixed.map((one) => one.kind)).toEqual(['event', 'event']);
    expect(mixed[0]).toEqual(mixed[1]);
  });

  it('sets aside the bad ones of a batch and reads the others', () => {
    const kinds = parseEvents([eventGridEvent(lost), null, { id: 'x' }, cloudEvent(lost), 'text', [], 3]);
    expect(kinds.map((one) => one.kind)).toEqual([
      'event',
      'malformed',
      'malformed',
      'event',
      'malformed',
      'malformed',
      'malformed',
    ]);
  });

  it.each(['Microsoft.Devices.DeviceTelemetry', 'Microsoft.Storage.BlobCreated', 'toString', ''])(
    'events of type %j are foreign, not malformed',
    (type) => {
      expect(parseEvent(withField('eventType', type))).toEqual({ kind: 'foreign', type });
    },
  );

  it('reads a registry event, which has a twin and no sequence number', () => {
    const event = eventOf(eventGridEvent({ ...lost, kind: 'DeviceDeleted' }));
    expect(event).not.toHaveProperty('sequenceNumber');
  });
});

describe('identity', () => {
  it.each([
    { given: undefined, moduleId: null },
    { given: null, moduleId: null },
    { given: '', moduleId: null },
    { given: 'edge-agent-x', moduleId: 'edge-agent-x' },
    { given: '$edgeHub', moduleId: '$edgeHub' },
  ])('moduleId $given is $moduleId', ({ given, moduleId }) => {
    expect(eventOf(withField('data.moduleId', given)).moduleId).toBe(moduleId);
  });

  it('comes from the data, never from the subject', () => {
    const raw = withField('subject', 'devices/another/modules/one');
    expect(eventOf(raw)).toMatchObject({ deviceId: 'pump-017', moduleId: null });
  });

  it.each([
    'a#b?c%d',
    "x'y",
    'x'.repeat(128),
    '*',
    '$',
    "-:.+%_#*?!(),=@;$'",
    'constructor',
    '__proto__',
    'Pump-017',
  ])('the device id %s is kept as it is', (deviceId) => {
    expect(eventOf(eventGridEvent({ ...lost, deviceId })).deviceId).toBe(deviceId);
    expect(eventOf(cloudEvent({ ...lost, moduleId: deviceId })).moduleId).toBe(deviceId);
  });

  it.each([
    { rule: 'longer than 128', id: 'x'.repeat(129) },
    { rule: 'empty', id: '' },
    { rule: 'with a slash', id: 'a/b' },
    { rule: 'with a space', id: 'a b' },
    { rule: 'with a line break at its end', id: 'a\n' },
    { rule: 'beyond ASCII', id: 'pümp' },
    { rule: 'a number', id: 17 },
    { rule: 'missing', id: undefined },
  ])('a device id $rule is no id', ({ id }) => {
    expect(problemOf(withField('data.deviceId', id))).toContain('data.deviceId');
  });
});

describe('times', () => {
  it.each([
    ['2026-03-04T09:15:22.1846357Z', '2026-03-04T09:15:22.184Z'],
    ['2026-03-04T09:15:22.1846357+00:00', '2026-03-04T09:15:22.184Z'],
    ['2026-03-04T11:15:22+02:00', '2026-03-04T09:15:22.000Z'],
    ['2026-03-04T09:15:22Z', '2026-03-04T09:15:22.000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ])('%s is %s', (given, iso) => {
    expect(new Date(eventOf(withField('eventTime', given)).eventTimeMs).toISOString()).toBe(iso);
  });

  it.each([
    undefined,
    null,
    '',
    'yesterday',
    '2026-03-04',
    '2026-03-04T09:15:22',
    '2026-13-04T09:15:22Z',
    '2026-02-30T09:15:22Z',
    '2026-03-04T25:15:22Z',
    1_772_614_800_000,
    '2026-03-04T09:15:22Z\n',
  ])('%j is no event time', (given) => {
    expect(problemOf(withField('eventTime', given))).toBe('event time is not an ISO 8601 time');
  });
});

it('takes .NET’s year 1, which means never, for no event time', () => {
  const raw = withField('eventTime', '0001-01-01T00:00:00Z');
  expect(problemOf(raw)).toBe('event time is not after the start of 1970');
});

describe('fields', () => {
  it('reads a sequence number in lower case as in upper case', () => {
    const digits = '000000000000000001dcabb4f1e3c0a200000002000000000000000000000007';
    const raw = withField('data.deviceConnectionStateEventInfo.sequenceNumber', digits);
    expect(eventOf(raw)).toMatchObject({ sequenceNumber: digits.toUpperCase() });
  });

  it.each([
    { path: 'id', value: undefined, says: 'neither an event of the Event Grid schema nor a CloudEvent' },
    { path: 'id', value: '', says: 'neither an event of the Event Grid schema nor a CloudEvent' },
    { path: 'id', value: 7, says: 'neither an event of the Event Grid schema nor a CloudEvent' },
    {
      path: 'eventType',
      value: undefined,
      says: 'neither an event of the Event Grid schema nor a CloudEvent',
    },
    { path: 'data', value: undefined, says: 'data' },
    { path: 'data', value: 'text', says: 'data' },
    { path: 'data.hubName', value: undefined, says: 'data.hubName' },
    { path: 'data.hubName', value: 'a|b', says: 'data.hubName is not the name of a hub' },
    { path: 'data.moduleId', value: 'a/b', says: 'data.moduleId' },
    {
      path: 'data.deviceConnectionStateEventInfo',
      value: undefined,
      says: 'data.deviceConnectionStateEventInfo',
    },
    {
      path: 'data.deviceConnectionStateEventInfo.sequenceNumber',
      value: '7',
      says: 'data.deviceConnectionStateEventInfo.sequenceNumber is not 64 hex digits',
    },
    {
      path: 'data.deviceConnectionStateEventInfo.sequenceNumber',
      value: 7,
      says: 'data.deviceConnectionStateEventInfo.sequenceNumber',
    },
    {
      path: 'data.deviceConnectionStateEventInfo.sequenceNumber',
      value: `${'g'.repeat(64)}`,
      says: 'is not 64 hex digits',
    },
  ])('without a good $path ($value) an event is set aside, with the reason', ({ path, value, says }) => {
    expect(problemOf(withField(path, value))).toContain(says);
  });

  it('names the event that it sets aside', () => {
    expect(parseEvent(withField('data', null))).toMatchObject({
      kind: 'malformed',
      eventId: 'pump-017--DeviceDisconnected-7-1772614800000',
    });
    expect(parseEvent({ id: 'x'.repeat(1_000) })).toMatchObject({ eventId: 'x'.repeat(100) });
  });

  it.each([
    { rule: 'a topic that is the hub’s ARM id is kept as sent', topic: hubResourceId, kept: hubResourceId },
    { rule: 'another text is not taken for one', topic: 'my-topic', kept: null },
    { rule: 'an event without a topic has none', topic: undefined, kept: null },
  ])('$rule', ({ topic, kept }) => {
    expect(eventOf(withField('topic', topic)).hubResourceId).toBe(kept);
  });

  it('asks of a CloudEvent its version', () => {
    expect(problemOf(withField('specversion', '0.3', cloudEvent(lost)))).toContain('CloudEvent 1.0');
    expect(problemOf(withField('time', undefined, cloudEvent(lost)))).toBe(
      'event time is not an ISO 8601 time',
    );
  });
});

describe('as the SDK reads it', () => {
  const oracle = new EventGridDeserializer();
  const samples: readonly RawEvent[] = [
    lost,
    { ...lost, kind: 'DeviceConnected', deviceId: 'gw-03', moduleId: 'edge-agent-x', sequence: 255 },
    { ...lost, deviceId: 'a#b?c%d', moduleId: '' },
    { ...lost, kind: 'DeviceCreated' },
    { ...lost, kind: 'DeviceDeleted' },
  ];

  function expectSame(data: unknown, time: Date, id: string, raw: object): void {
    const read = data as Partial<IotHubDeviceConnectedEventData>;
    const event = eventOf(raw);
    expect(event).toMatchObject({
      eventId: id,
      deviceId: read.deviceId,
      moduleId: read.moduleId || null,
      hubName: read.hubName,
      eventTimeMs: time.getTime(),
    });
    if ('sequenceNumber' in event) {
      expect(event.sequenceNumber).toBe(read.deviceConnectionStateEventInfo?.sequenceNumber);
    }
  }

  it.each(samples)('an event $kind of $deviceId in Event Grid’s schema', async (sample) => {
    const raw = eventGridEvent(sample);
    const [read] = await oracle.deserializeEventGridEvents(raw as Record<string, unknown>);
    expectSame(read!.data, read!.eventTime, read!.id, raw);
  });

  it.each(samples)('an event $kind of $deviceId as a CloudEvent', async (sample) => {
    const raw = cloudEvent(sample);
    const [read] = await oracle.deserializeCloudEvents(raw as Record<string, unknown>);
    expectSame(read!.data, read!.time!, read!.id, raw);
  });
});

describe('whatever comes in', () => {
  it('is answered and never throws', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withMap: true }),
        (raw) => {
          const parsed = parseEvents(raw);
          expect(parsed).toHaveLength(Array.isArray(raw) ? raw.length : 1);
          expect(parsed.every((one) => one.kind !== 'event')).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('in place of any field of a good event is answered, and an event that is read is whole', () => {
    const paths = [
      'id',
      'topic',
      'eventType',
      'eventTime',
      'data',
      'data.hubName',
      'data.deviceId',
      'data.moduleId',
      'data.deviceConnectionStateEventInfo',
      'data.deviceConnectionStateEventInfo.sequenceNumber',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.oneof(fc.anything(), fc.string()), (path, value) => {
        const parsed = parseEvent(withField(path, value));
        if (parsed.kind !== 'event') return;
        expect(parsed.event).toMatchObject({
          deviceId: expect.stringMatching(/^.{1,128}$/),
          hubName: expect.stringMatching(/^[A-Za-z0-9-]+$/),
          eventTimeMs: expect.any(Number),
          sequenceNumber: expect.stringMatching(/^[0-9A-F]{64}$/),
        });
      }),
      { numRuns: 2_000 },
    );
  });

  it('may be deep or long', () => {
    let deep: unknown = 'end';
    for (let level = 0; level < 5_000; level++) deep = [deep];
    expect(parseEvent(withField('data', 'x'.repeat(2_000_000))).kind).toBe('malformed');
    expect(parseEvent({ id: 'x', eventType: 'Microsoft.Devices.DeviceConnected', data: deep }).kind).toBe(
      'malformed',
    );
  });
});

/**
 * Microsoft's documentation of the events: "Azure IoT Hub as an Event Grid source" (event-grid/event-schema-iot-hub, in
 * both schemas, with telemetry and creation) and "Order device connection events from Azure IoT Hub"
 * (iot-hub/iot-hub-how-to-order-connection-state-events, 2018). Same fields, forms and oddities, other names and
 * contents.
 */
import { describe, expect, it } from 'vitest';
import { transition } from '../../src/lib/device/transition.ts';
import type { ConnectionEvent } from '../../src/lib/events/event.ts';
import { parseEvents } from '../../src/lib/events/parseEvents.ts';
import { configOf } from '../support/configOf.ts';
import { start } from '../support/events.ts';
import { Story } from '../support/story.ts';
import { connection, defaultPolicy, lived } from './lived.ts';

/** As published: a Windows time of the hub, and a counter. */
const sequenceNumber = '000000000000000001D4132452F67CE200000002000000000000000000000001';
const hub =
  '/SUBSCRIPTIONS/<subscription ID>/RESOURCEGROUPS/<resource group>/PROVIDERS/MICROSOFT.DEVICES/IOTHUBS/<hub>';
const never = '0001-01-01T00:00:00';

const connectionData = {
  deviceConnectionStateEventInfo: { sequenceNumber },
  hubName: 'plantHub1',
  deviceId: 'Press-Device',
};
const twin = {
  deviceId: 'Press-Device',
  etag: 'AAAAAAAAAAE=',
  deviceEtag: 'null',
  status: 'enabled',
  statusUpdateTime: never,
  connectionState: 'Disconnected',
  lastActivityTime: never,
  cloudToDeviceMessageCount: 0,
  authenticationType: 'sas',
  x509Thumbprint: { primaryThumbprint: null, secondaryThumbprint: null },
  version: 2,
  properties: {
    desired: { $metadata: { $lastUpdated: '2018-01-02T19:17:44.4383997Z' }, $version: 1 },
    reported: { $metadata: { $lastUpdated: '2018-01-02T19:17:44.4383997Z' }, $version: 1 },
  },
};

type Sample = { type: string; time: string; data: object };

const eventGrid = ({ type, time, data }: Sample) => ({
  id: '5d1c0c0a-3f6b-4ab2-9a0e-0a7c6a5be001',
  topic: hub,
  subject: 'devices/Press-Device',
  eventType: type,
  eventTime: time,
  data,
  dataVersion: '1',
  metadataVersion: '1',
});
const cloudEvents = ({ type, time, data }: Sample) => ({
  id: '5d1c0c0a-3f6b-4ab2-9a0e-0a7c6a5be001',
  source: hub,
  subject: 'devices/Press-Device',
  type,
  time,
  data,
  specversion: '1.0',
});
const schemas = [
  ['Event Grid', eventGrid],
  ['CloudEvents', cloudEvents],
] as const;

describe.each(schemas)('the samples in the %s schema', (_, inSchema) => {
  const read = (sample: Sample) => parseEvents([inSchema(sample)])[0];
  const identity = {
    eventId: '5d1c0c0a-3f6b-4ab2-9a0e-0a7c6a5be001',
    hubName: 'plantHub1',
    hubResourceId: hub,
    deviceId: 'Press-Device',
  };

  it.each(
    [
      {
        sample: 'of a module',
        time: '2018-06-02T19:17:44.4383997Z',
        moduleId: { moduleId: 'PressModule' },
        expected: 'PressModule',
      },
      {
        sample: 'with an empty module and an offset for UTC',
        time: '2018-06-02T19:17:44.4383997+00:00',
        moduleId: { moduleId: '' },
        expected: null,
      },
      {
        sample: 'without a module',
        time: '2018-06-02T19:17:44.4383997Z',
        moduleId: {},
        expected: null,
      },
    ].flatMap((row) => [
      { ...row, name: 'DeviceConnected', kind: 'connected' },
      { ...row, name: 'DeviceDisconnected', kind: 'disconnected' },
    ]),
  )('a $name $sample is read', ({ name, kind, time, moduleId, expected }) => {
    const type = `Microsoft.Devices.${name}`;
    expect(read({ type, time, data: { ...connectionData, ...moduleId } })).toEqual({
      kind: 'event',
      event: {
        ...identity,
        kind,
        moduleId: expected,
        sequenceNumber,
        eventTimeMs: Date.UTC(2018, 5, 2, 19, 17, 44, 438),
      },
    });
  });

  it.each([
    ['DeviceCreated', 'created'],
    ['DeviceDeleted', 'deleted'],
  ] as const)('a %s with its twin of defaults is read, and nothing of the twin believed', (name, kind) => {
    const sample = {
      type: `Microsoft.Devices.${name}`,
      time: '2018-01-02T19:17:44.4383997Z',
      data: { twin, hubName: 'plantHub1', deviceId: 'Press-Device' },
    };
    expect(read(sample)).toEqual({
      kind: 'event',
      event: { ...identity, kind, moduleId: null, eventTimeMs: Date.UTC(2018, 0, 2, 19, 17, 44, 438) },
    });
  });

  it('telemetry is foreign, with an id that is no UUID and a time of two digits', () => {
    const sample = {
      type: 'Microsoft.Devices.DeviceTelemetry',
      time: '2019-01-07T20:58:30.48Z',
      data: {
        body: { pressure: 7 },
        properties: { Status: 'Active' },
        systemProperties: {
          'iothub-connection-device-id': 'p1',
          'iothub-connection-auth-method': '{"scope":"device","type":"sas","issuer":"iothub"}',
          'iothub-enqueuedtime': '2019-01-07T20:58:30.48Z',
          'iothub-message-source': 'Telemetry',
        },
      },
    };
    const envelope = inSchema(sample);
    const id = '5d1c0c0a-3f6b-4abg-9a0e-0a7c6a5be001';
    // Its data has no version in Event Grid's schema.
    const raw = { ...envelope, id, ...('dataVersion' in envelope ? { dataVersion: '' } : {}) };
    expect(parseEvents([raw])).toEqual([{ kind: 'foreign', type: 'Microsoft.Devices.DeviceTelemetry' }]);
  });
});

it.each(schemas)(
  'the samples in the %s schema are the life of a device that is told of',
  async (_, inSchema) => {
    const story = new Story(
      configOf(`
policy: { offlineAfter: 5m, groupWait: 30s }
receivers: { operators: { email: { to: ["ops@oslo.example"] } } }
routes: [{ per: site, to: [operators] }]
`),
    );
    const happens = (name: string, minute: number, data: object) => {
      const time = new Date(start + minute * 60_000).toISOString().replace('Z', '3997Z');
      story.receives(`${minute}m`, inSchema({ type: `Microsoft.Devices.${name}`, time, data }));
    };
    const registered = { twin, hubName: 'plantHub1', deviceId: 'Press-Device' };
    const numbered = (last: number) => ({
      ...connectionData,
      deviceConnectionStateEventInfo: { sequenceNumber: sequenceNumber.replace(/1$/, String(last)) },
    });
    happens('DeviceCreated', 1, registered);
    happens('DeviceConnected', 2, numbered(1));
    happens('DeviceTelemetry', 3, { body: {} });
    happens('DeviceDisconnected', 4, numbered(2));
    happens('DeviceDeleted', 20, registered);
    await story.until('2h');
    expect(story.told('operators')).toEqual([
      'incident.opened outageBegan warning 1/0 of 1',
      'incident.resolved noLongerFollowed warning 0/0 of 0',
    ]);
    expect(story.last('operators').devices.map((one) => one.deviceId)).toEqual(['Press-Device']);
    story.expectsNothingLeft();
  },
);

describe('the order of the guide: keep the event with the higher number, compared as text', () => {
  const at = (text: string, kind: ConnectionEvent['kind']) => ({
    ...connection(kind, 0, start),
    sequenceNumber: text,
  });
  const later = '000000000000000001D8713FF7E0851400000002000000000000000000000007';

  it.each([
    { stored: sequenceNumber, incoming: sequenceNumber.replace(/1$/, '2'), kept: 'incoming' },
    { stored: sequenceNumber, incoming: sequenceNumber, kept: 'stored' },
    {
      stored: sequenceNumber.replace(/1$/, 'A'),
      incoming: sequenceNumber.replace(/1$/, '9'),
      kept: 'stored',
    },
    {
      stored: sequenceNumber.replace(/1$/, '9'),
      incoming: sequenceNumber.replace(/1$/, 'A'),
      kept: 'incoming',
    },
    // Four years apart in the published samples; as 256-bit numbers they differ far beyond what a double can tell.
    { stored: sequenceNumber, incoming: later, kept: 'incoming' },
    { stored: later, incoming: sequenceNumber, kept: 'stored' },
    { stored: later, incoming: later.replace(/7$/, '8'), kept: 'incoming' },
  ])('after $stored, $incoming: the $kept one', ({ stored, incoming, kept }) => {
    const before = lived([at(stored, 'connected')]);
    const { device } = transition(before, at(incoming, 'disconnected'), defaultPolicy, start);
    expect(device.phase).toBe(kept === 'incoming' ? 'suspect' : 'online');
  });
});

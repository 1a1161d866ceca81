/**
 * What the host gives beside a batch of an event hub: one entry for each message, in the order of the messages
 * (docs/platform.md#event-hubs).
 */
export type EventHubMetadata = {
  /** What the sender set. */
  readonly propertiesArray?: unknown;
  /** What IoT Hub and Event Hubs set. */
  readonly systemPropertiesArray?: unknown;
};

/** How IoT Hub names in a routed message what Event Grid calls an event type. */
const eventTypesOfOperations: Readonly<Record<string, string>> = {
  deviceConnected: 'Microsoft.Devices.DeviceConnected',
  deviceDisconnected: 'Microsoft.Devices.DeviceDisconnected',
  createDeviceIdentity: 'Microsoft.Devices.DeviceCreated',
  createModuleIdentity: 'Microsoft.Devices.DeviceCreated',
  deleteDeviceIdentity: 'Microsoft.Devices.DeviceDeleted',
  deleteModuleIdentity: 'Microsoft.Devices.DeviceDeleted',
};

/**
 * The events in a batch of an event hub, as Event Grid would deliver them. Two kinds of senders may share the hub:
 * Event Grid, whose message is one event or an array of them, and a route of IoT Hub, whose message says in its
 * properties what happened to which device, and in its body only the sequence number. Reads anything and never throws:
 * what is no event stays as it is, for `parseEvents` to set aside.
 */
export function eventsOfEventHub(messages: unknown, metadata: EventHubMetadata): unknown[] {
  const bodies = Array.isArray(messages) ? messages : [messages];
  return bodies.flatMap((body, index) => {
    const system = entryOf(metadata.systemPropertiesArray, index);
    const application = entryOf(metadata.propertiesArray, index);
    const routed =
      textOf(system, 'iothub-message-source') ?? textOf(application, 'iothub-message-schema') ?? null;
    if (routed === null) return Array.isArray(body) ? body : [body];
    return [routedEvent(routed, body, application, system)];
  });
}

type Properties = Readonly<Record<string, unknown>>;

/** In Event Grid's schema. An endpoint may get a part of the properties only: where two say the same, either will do. */
function routedEvent(source: string, body: unknown, application: Properties, system: Properties): object {
  const operation = textOf(application, 'opType') ?? '';
  const deviceId = textOf(application, 'deviceId') ?? textOf(system, 'iothub-connection-device-id');
  const moduleId = textOf(application, 'moduleId') ?? textOf(system, 'iothub-connection-module-id');
  const hubName = textOf(application, 'hubName') ?? textOf(system, 'user-id');
  const eventTime = textOf(application, 'operationTimestamp') ?? timeOf(system['iothub-enqueuedtime']);
  const sequenceNumber = textOf(propertiesOf(body), 'sequenceNumber');
  return {
    // Every copy of a message has the same: the hub gives these events no id of their own.
    id:
      [operation, hubName, deviceId, moduleId, sequenceNumber ?? eventTime].filter(Boolean).join(':') ||
      source,
    eventType: Object.hasOwn(eventTypesOfOperations, operation)
      ? eventTypesOfOperations[operation]
      : [source, operation].filter(Boolean).join('/'),
    eventTime,
    data: {
      ...(sequenceNumber !== undefined && { deviceConnectionStateEventInfo: { sequenceNumber } }),
      hubName,
      deviceId,
      moduleId,
    },
  };
}

function entryOf(entries: unknown, index: number): Properties {
  return propertiesOf(Array.isArray(entries) ? entries[index] : undefined);
}

function propertiesOf(value: unknown): Properties {
  return typeof value === 'object' && value !== null ? (value as Properties) : {};
}

function textOf(properties: Properties, name: string): string | undefined {
  const value = Object.hasOwn(properties, name) ? properties[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** IoT Hub writes milliseconds since 1970, or the host a time. */
function timeOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const time = new Date(typeof value === 'number' ? value : Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

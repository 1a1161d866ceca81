/** What a device of a simulated hub does, and how IoT Hub and its diagnostic logs report it. */
export type RawKind = 'DeviceConnected' | 'DeviceDisconnected' | 'DeviceCreated' | 'DeviceDeleted';

export type RawEvent = {
  readonly kind: RawKind;
  readonly deviceId: string;
  readonly moduleId?: string | null;
  /** Milliseconds. */
  readonly atMs: number;
  /** Counts within the device; connects and disconnects only. */
  readonly sequence?: number;
  readonly hubName?: string;
  readonly id?: string;
};

export const hubResourceId =
  '/SUBSCRIPTIONS/11111111-2222-3333-4444-555555555555/RESOURCEGROUPS/RG-FLEET/PROVIDERS/MICROSOFT.DEVICES/IOTHUBS/HUB-FLEET-01';

export function sequenceNumber(count: number): string {
  return count.toString(16).toUpperCase().padStart(64, '0');
}

/** An event in Event Grid's own schema, with .NET's seven digits of a second. */
export function eventGridEvent(event: RawEvent): Record<string, unknown> {
  const { kind, deviceId, moduleId, atMs, sequence = 1, hubName = 'hub-fleet-01' } = event;
  const connection = kind === 'DeviceConnected' || kind === 'DeviceDisconnected';
  return {
    id: event.id ?? `${deviceId}-${moduleId ?? ''}-${kind}-${sequence}-${atMs}`,
    topic: hubResourceId,
    subject: `devices/${deviceId}`,
    eventType: `Microsoft.Devices.${kind}`,
    eventTime: new Date(atMs).toISOString().replace('Z', '4567Z'),
    data: {
      ...(connection
        ? { deviceConnectionStateEventInfo: { sequenceNumber: sequenceNumber(sequence) } }
        : { twin: { deviceId } }),
      hubName,
      deviceId,
      ...(moduleId === undefined ? {} : { moduleId }),
    },
    dataVersion: '1',
    metadataVersion: '1',
  };
}

/** The same event as IoT Hub routes it to an event hub, in a message of Event Hubs' REST API (docs/platform.md#event-hubs). */
export function routedMessage(event: RawEvent): object {
  const { kind, deviceId, moduleId, atMs, sequence = 1, hubName = 'hub-fleet-01' } = event;
  const connection = kind === 'DeviceConnected' || kind === 'DeviceDisconnected';
  const module = moduleId ? { moduleId } : {};
  return {
    Body: connection ? { sequenceNumber: sequenceNumber(sequence) } : { deviceId, ...module, version: 2 },
    UserProperties: {
      hubName,
      deviceId,
      ...module,
      opType: {
        DeviceConnected: 'deviceConnected',
        DeviceDisconnected: 'deviceDisconnected',
        DeviceCreated: 'createDeviceIdentity',
        DeviceDeleted: 'deleteDeviceIdentity',
      }[kind],
      'iothub-message-schema': connection
        ? 'deviceConnectionStateNotification'
        : 'deviceLifecycleNotification',
      operationTimestamp: new Date(atMs).toISOString().replace('Z', '4567Z'),
    },
    SystemProperties: {
      'content-type': 'application/json',
      'user-id': hubName,
      'iothub-connection-device-id': deviceId,
      'iothub-enqueuedtime': atMs,
      'iothub-message-source': connection ? 'deviceConnectionStateEvents' : 'deviceLifecycleEvents',
    },
    BrokerProperties: { PartitionKey: deviceId },
  };
}

/** One row of the diagnostic logs, as AzureDiagnostics has it (docs/platform.md#log-rows). */
export type LogRow = {
  readonly deviceId: string;
  readonly atMs: number;
  readonly operation: 'deviceConnect' | 'deviceDisconnect';
  /** An error code with its name, or null for an informational row. */
  readonly error: readonly [code: string, name: string] | null;
  readonly address?: string;
};

export function diagnosticRow(row: LogRow): Record<string, unknown> {
  const { deviceId, atMs, operation, error, address = '203.0.113.XXX' } = row;
  return {
    TimeGenerated: new Date(atMs).toISOString(),
    Resource: 'HUB-FLEET-01',
    ResourceId: hubResourceId,
    _ResourceId: hubResourceId.toLowerCase(),
    Category: 'Connections',
    OperationName: operation,
    Level: error ? 'Error' : 'Information',
    ResultType: error?.[0] ?? '',
    ResultDescription: error?.[1] ?? '',
    properties_s: JSON.stringify({
      deviceId,
      protocol: 'Mqtt',
      authType: JSON.stringify({
        scope: 'device',
        type: 'sas',
        issuer: 'iothub',
        acceptingIpFilterRule: null,
      }),
      maskedIpAddress: address,
      ...(error
        ? { statusCode: error[0].slice(0, 3) }
        : { sdkVersion: 'azure-iot-device/1.18.4 (node v22)' }),
    }),
  };
}

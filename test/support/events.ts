/** The fixed instant at which tests begin. */
export const start = Date.parse('2026-03-04T09:00:00.000Z');

export const hubResourceId =
  '/SUBSCRIPTIONS/11111111-2222-3333-4444-555555555555/RESOURCEGROUPS/RG-FLEET/PROVIDERS/MICROSOFT.DEVICES/IOTHUBS/HUB-FLEET-01';

export type RawKind = 'DeviceConnected' | 'DeviceDisconnected' | 'DeviceCreated' | 'DeviceDeleted';

export type RawEvent = {
  readonly kind: RawKind;
  readonly deviceId: string;
  readonly moduleId?: string | null;
  readonly atMs: number;
  /** Counts within the device; connects and disconnects only. */
  readonly sequence?: number;
  readonly hubName?: string;
  readonly id?: string;
};

export function sequenceNumber(count: number): string {
  return count.toString(16).toUpperCase().padStart(64, '0');
}

/** An event in Event Grid's own schema, as IoT Hub sends it. */
export function eventGridEvent(event: RawEvent): object {
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

/** The same event as a CloudEvent 1.0. */
export function cloudEvent(event: RawEvent): object {
  const { topic, eventType, eventTime, dataVersion, metadataVersion, ...rest } = eventGridEvent(
    event,
  ) as Record<string, unknown>;
  return { ...rest, source: topic, type: eventType, time: eventTime, specversion: '1.0' };
}

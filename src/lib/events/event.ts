/** A device, or a module on a device, of one hub. Ids compare with case; `moduleId` is null for the device itself. */
export type DeviceId = { readonly deviceId: string; readonly moduleId: string | null };

type EventBase = DeviceId & {
  /** Event Grid's id of the event: equal for every copy of it. */
  readonly eventId: string;
  /** As the event spells it; hubs compare without case. */
  readonly hubName: string;
  /** The hub's ARM id as Event Grid sends it, usually in capitals; null when it is none. */
  readonly hubResourceId: string | null;
  /** Milliseconds since 1970. The hub's time, which may lie in the future or far in the past. */
  readonly eventTimeMs: number;
};

/** The hub saw the device's connection change between two of its 60-second snapshots. */
export type ConnectionEvent = EventBase & {
  readonly kind: 'connected' | 'disconnected';
  /** 64 upper-case hex digits, compared as strings; each device and module counts for itself. */
  readonly sequenceNumber: string;
};

/** The identity was made or removed in the hub's registry. */
export type RegistryEvent = EventBase & { readonly kind: 'created' | 'deleted' };

export type DeviceEvent = ConnectionEvent | RegistryEvent;

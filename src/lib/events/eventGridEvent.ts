import type { DeviceEvent } from './event.ts';
import { eventTypes } from './parseEvents.ts';

const namesOfKinds = Object.fromEntries(Object.entries(eventTypes).map(([name, kind]) => [kind, name]));

/** An event in Event Grid's own schema: `parseEvents` reads the same event in it. */
export function eventGridEventOf(event: DeviceEvent): object {
  const { eventId, hubName, hubResourceId, deviceId, moduleId, eventTimeMs, kind } = event;
  return {
    id: eventId,
    ...(hubResourceId !== null && { topic: hubResourceId }),
    eventType: namesOfKinds[kind],
    eventTime: new Date(eventTimeMs).toISOString(),
    data: {
      ...('sequenceNumber' in event && {
        deviceConnectionStateEventInfo: { sequenceNumber: event.sequenceNumber },
      }),
      hubName,
      deviceId,
      ...(moduleId !== null && { moduleId }),
    },
  };
}

import { eventGridEvent, type RawEvent } from '../../local/scenarios/iotHub.ts';

export {
  eventGridEvent,
  hubResourceId,
  type RawEvent,
  type RawKind,
  sequenceNumber,
} from '../../local/scenarios/iotHub.ts';

/** The fixed instant at which tests begin. */
export const start = Date.parse('2026-03-04T09:00:00.000Z');

/** The same event as a CloudEvent 1.0. */
export function cloudEvent(event: RawEvent): Record<string, unknown> {
  const { topic, eventType, eventTime, dataVersion, metadataVersion, ...rest } = eventGridEvent(event);
  return { ...rest, source: topic, type: eventType, time: eventTime, specversion: '1.0' };
}

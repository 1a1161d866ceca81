export {
  cloudEvent,
  eventGridEvent,
  hubResourceId,
  type RawEvent,
  type RawKind,
  sequenceNumber,
} from '../../local/scenarios/iotHub.ts';

/** The fixed instant at which tests begin. */
export const start = Date.parse('2026-03-04T09:00:00.000Z');

import type { SystemEventNameToEventData } from '@azure/eventgrid';
import * as z from 'zod';
import type { DeviceEvent } from './event.ts';

/** What became of one element of a delivery. */
export type ParsedEvent =
  | { readonly kind: 'event'; readonly event: DeviceEvent }
  /** An event of a type that this product does not follow, such as telemetry. */
  | { readonly kind: 'foreign'; readonly type: string }
  | { readonly kind: 'malformed'; readonly problem: string; readonly eventId: string | null };

/** The event types that the product handles; the event subscription asks for exactly these. */
export const eventTypes = {
  'Microsoft.Devices.DeviceConnected': 'connected',
  'Microsoft.Devices.DeviceDisconnected': 'disconnected',
  'Microsoft.Devices.DeviceCreated': 'created',
  'Microsoft.Devices.DeviceDeleted': 'deleted',
} as const satisfies { readonly [Name in keyof SystemEventNameToEventData]?: DeviceEvent['kind'] };

/** ASCII letters and digits and `- : . + % _ # * ? ! ( ) , = @ ; $ '`, at most 128 (docs/platform.md#device-ids). */
const identity = z.string().regex(/^[A-Za-z0-9\-:.+%_#*?!(),=@;$']{1,128}$/, 'is not an id of IoT Hub');

/**
 * .NET writes seven digits of a second and either `Z` or an offset; its year 1 means never
 * (docs/platform.md#event-times).
 */
const time = z.iso
  .datetime({ offset: true, error: 'is not an ISO 8601 time' })
  .transform((text) => Date.parse(text))
  .refine((atMs) => Number.isFinite(atMs), 'is not an ISO 8601 time')
  .refine((atMs) => atMs > 0, 'is not after the start of 1970');

const target = z.object({
  hubName: z.string().regex(/^[A-Za-z0-9-]{1,50}$/, 'is not the name of a hub'),
  deviceId: identity,
  // Missing, null and empty all mean the device itself (docs/platform.md#modules).
  moduleId: z.union([identity, z.literal(''), z.null()]).optional(),
});

const connectionData = target.extend({
  deviceConnectionStateEventInfo: z.object({
    sequenceNumber: z.string().regex(/^[0-9A-Fa-f]{64}$/, 'is not 64 hex digits'),
  }),
});

/** Event Grid's own schema and CloudEvents 1.0 say the same with other names. */
const envelope = z.union([
  z
    .object({
      id: z.string().min(1),
      eventType: z.string(),
      eventTime: z.unknown().optional(),
      topic: z.unknown().optional(),
      data: z.unknown().optional(),
    })
    .transform((e) => ({ id: e.id, type: e.eventType, time: e.eventTime, source: e.topic, data: e.data })),
  z
    .object({
      id: z.string().min(1),
      specversion: z.literal('1.0'),
      type: z.string(),
      time: z.unknown().optional(),
      source: z.unknown().optional(),
      data: z.unknown().optional(),
    })
    .transform((e) => ({ id: e.id, type: e.type, time: e.time, source: e.source, data: e.data })),
]);

/**
 * Reads one delivery of Event Grid: one event or an array of them, in either schema. Never throws: what cannot be
 * read is answered as malformed with the reason, so that one bad event harms itself alone.
 */
export function parseEvents(delivery: unknown): ParsedEvent[] {
  return (Array.isArray(delivery) ? delivery : [delivery]).map(parseEvent);
}

export function parseEvent(raw: unknown): ParsedEvent {
  const outer = envelope.safeParse(raw);
  if (!outer.success) {
    return malformed(
      'neither an event of the Event Grid schema nor a CloudEvent 1.0 with id and type',
      idOf(raw),
    );
  }
  const { id, type, source } = outer.data;
  const kind = Object.hasOwn(eventTypes, type) ? eventTypes[type as keyof typeof eventTypes] : null;
  if (kind === null) return { kind: 'foreign', type };
  const at = time.safeParse(outer.data.time);
  if (!at.success) return malformed(`event time${first(at.error)}`, id);
  const connection = kind === 'connected' || kind === 'disconnected';
  const data = (connection ? connectionData : target).safeParse(outer.data.data);
  if (!data.success) return malformed(`data${first(data.error)}`, id);
  const base = {
    eventId: id,
    hubName: data.data.hubName,
    hubResourceId: typeof source === 'string' && /^\/subscriptions\//i.test(source) ? source : null,
    deviceId: data.data.deviceId,
    moduleId: data.data.moduleId || null,
    eventTimeMs: at.data,
  };
  if (kind === 'created' || kind === 'deleted') return { kind: 'event', event: { ...base, kind } };
  const { sequenceNumber } = (data.data as z.infer<typeof connectionData>).deviceConnectionStateEventInfo;
  return { kind: 'event', event: { ...base, kind, sequenceNumber: sequenceNumber.toUpperCase() } };
}

function malformed(problem: string, eventId: string | null): ParsedEvent {
  return { kind: 'malformed', problem, eventId };
}

function idOf(raw: unknown): string | null {
  const id = (raw as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id.slice(0, 100) : null;
}

/** The first fault as `.deviceId is not an id of IoT Hub`. */
function first(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return ' is not valid';
  const path = issue.path.map((part) => `.${String(part)}`).join('');
  return `${path} ${issue.message.startsWith('is ') ? issue.message : `is not valid: ${issue.message}`}`;
}

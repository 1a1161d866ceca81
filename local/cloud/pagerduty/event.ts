import { z } from 'zod';

const text = (longest: number, what: string) =>
  z
    .string({ error: `'${what}' is missing or is not a string` })
    .max(longest, `'${what}' is longer than ${longest} characters`);

/** PD-CEF, as "Send an Alert Event" of the Events API v2 documents it. */
const payload = z.looseObject({
  summary: text(1024, 'payload.summary').min(1, "'payload.summary' is missing or blank"),
  source: text(1024, 'payload.source').min(1, "'payload.source' is missing or blank"),
  severity: z.enum(['critical', 'error', 'warning', 'info'], {
    error:
      "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')",
  }),
  timestamp: z.iso.datetime({ offset: true, error: "'payload.timestamp' is not ISO 8601" }).optional(),
  component: z.string().optional(),
  group: z.string().optional(),
  class: z.string().optional(),
  custom_details: z.record(z.string(), z.unknown()).optional(),
});

/** The body of `POST /v2/enqueue`. */
export const eventSchema = z
  .looseObject({
    routing_key: z
      .string({ error: "'routing_key' is missing or is not a string" })
      .regex(/^\S{1,64}$/, "'routing_key' is invalid"),
    event_action: z.enum(['trigger', 'acknowledge', 'resolve'], {
      error: "'event_action' is missing or invalid",
    }),
    dedup_key: text(255, 'dedup_key').optional(),
    payload: payload.optional(),
    images: z.array(z.looseObject({ src: z.url({ protocol: /^https$/ }) })).optional(),
    links: z.array(z.looseObject({ href: z.url(), text: z.string().optional() })).optional(),
    client: z.string().optional(),
    client_url: z.string().optional(),
  })
  .refine(
    ({ event_action, payload }) => event_action !== 'trigger' || payload !== undefined,
    "'payload' is missing",
  )
  .refine(
    ({ event_action, dedup_key }) => event_action === 'trigger' || Boolean(dedup_key),
    "'dedup_key' is missing or blank",
  );

export type PagerDutyEvent = z.infer<typeof eventSchema>;

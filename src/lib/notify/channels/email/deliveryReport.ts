import type { SystemEventNameToEventData } from '@azure/eventgrid';
import * as z from 'zod';

/** The event by which Communication Services reports on a mail; the event subscription asks for exactly this one. */
export const reportEventType =
  'Microsoft.Communication.EmailDeliveryReportReceived' satisfies keyof SystemEventNameToEventData;

/** How the delivery to one recipient ended: azure-facts §7.5, Microsoft's page "Communication Services as Event Grid source". */
const arrived = ['Delivered', 'Expanded'] as const;
const failed = ['Bounced', 'Suppressed', 'Quarantined', 'FilteredSpam', 'Failed'] as const;

/** What a delivery of Event Grid says about one recipient of a mail. */
export type DeliveryReport =
  | {
      readonly kind: 'failed';
      /** The id of the operation that sent it, in lower case. */
      readonly messageId: string;
      readonly status: (typeof failed)[number];
      readonly recipient: string;
    }
  | { readonly kind: 'arrived' }
  /** An event of another type. */
  | { readonly kind: 'foreign'; readonly type: string }
  | { readonly kind: 'malformed'; readonly problem: string };

const envelope = z.union([
  z
    .object({ eventType: z.string(), data: z.unknown() })
    .transform(({ eventType: type, data }) => ({ type, data })),
  z.object({ specversion: z.literal('1.0'), type: z.string(), data: z.unknown() }),
]);

const reportData = z.object({
  messageId: z.uuid({ error: 'is not the id of a mail' }).transform((id) => id.toLowerCase()),
  recipient: z.email({ error: 'is not a mail address' }),
  status: z.enum([...arrived, ...failed], { error: 'is not a status of a delivery' }),
});

/** Reads one delivery of Event Grid: one event or an array of them, in either schema. Never throws. */
export function readDeliveryReports(delivery: unknown): DeliveryReport[] {
  return (Array.isArray(delivery) ? delivery : [delivery]).map(readReport);
}

function readReport(raw: unknown): DeliveryReport {
  const outer = envelope.safeParse(raw);
  if (!outer.success) return { kind: 'malformed', problem: 'is no event of Event Grid' };
  const { type, data } = outer.data;
  if (type !== reportEventType) return { kind: 'foreign', type };
  const read = reportData.safeParse(data);
  if (!read.success) {
    const [issue] = read.error.issues;
    return { kind: 'malformed', problem: `data.${issue?.path.join('.')} ${issue?.message}` };
  }
  const { messageId, recipient, status } = read.data;
  return isFailure(status) ? { kind: 'failed', messageId, status, recipient } : { kind: 'arrived' };
}

function isFailure(status: string): status is (typeof failed)[number] {
  return failed.some((each) => each === status);
}

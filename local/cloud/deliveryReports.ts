import { randomUUID } from 'node:crypto';
import { z } from 'zod';

/** How the delivery to one recipient ended, as Communication Services reports it. */
export const deliveryStatus = z.enum([
  'Delivered',
  'Expanded',
  'Bounced',
  'Suppressed',
  'Quarantined',
  'FilteredSpam',
  'Failed',
]);

export type DeliveryReport = {
  messageId: string;
  sender: string;
  recipient: string;
  status: z.infer<typeof deliveryStatus>;
};

const topic =
  '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-fleet/providers/Microsoft.Communication/communicationServices/acs-fleet';

/** The event of a report, in Event Grid's own schema (azure-facts 7.5). */
export const reportEvent = (
  { messageId, sender, recipient, status }: DeliveryReport,
  nowMs: number,
): object => ({
  id: randomUUID(),
  topic,
  subject: `sender/${sender}/message/${messageId}`,
  eventType: 'Microsoft.Communication.EmailDeliveryReportReceived',
  eventTime: new Date(nowMs).toISOString(),
  dataVersion: '1.0',
  metadataVersion: '1',
  data: {
    sender,
    recipient,
    messageId,
    internetMessageId: `<${messageId}@acs.example>`,
    status,
    deliveryStatusDetails: { statusMessage: 'The stand-in was told so.', recipientMailServerHostName: '' },
    deliveryAttemptTimeStamp: new Date(nowMs).toISOString(),
  },
});

const retryAfterMs = 1_000;
const mostAttempts = 20;

/** Brings events to the function that takes them, again while it fails, as Event Grid does. */
export const createReporter = (hostUrl: string | null) => {
  const stopped = new AbortController();
  const deliver = async (events: readonly object[], attempt: number): Promise<void> => {
    const url = `${hostUrl}/runtime/webhooks/eventgrid?functionName=receiveDeliveryReport`;
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'aeg-event-type': 'Notification' },
      body: JSON.stringify(events),
      signal: stopped.signal,
    }).catch(() => null);
    if (response?.ok || stopped.signal.aborted || attempt >= mostAttempts) return;
    setTimeout(() => void deliver(events, attempt + 1), retryAfterMs).unref();
  };
  return {
    /** False: nobody listens. */
    report: (reports: readonly DeliveryReport[], nowMs: number): boolean => {
      if (hostUrl === null) return false;
      const events = reports.map((report) => reportEvent(report, nowMs));
      setTimeout(() => void deliver(events, 1), 0);
      return true;
    },
    stop: () => stopped.abort(),
  };
};

export type Reporter = ReturnType<typeof createReporter>;

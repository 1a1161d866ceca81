import { QueueServiceClient } from '@azure/storage-queue';
import { storageOf } from '../storageOf.ts';
import { eventGridEvent, type RawEvent, routedMessage } from './iotHub.ts';

/** How events come to the host: as EVENT_SOURCE has it, and `route`: by an event hub to which IoT Hub itself routes. */
export const ways = ['eventGrid', 'storageQueue', 'eventHubs', 'route'] as const;
export type Way = (typeof ways)[number];

type Addresses = { readonly hostUrl: string; readonly cloudUrl: string };

/** The names that the app takes by default. */
const [queueName, eventHubName] = ['device-events', 'device-events'];

/** @throws Error when the host does not take them, as when its EVENT_SOURCE is another */
export async function sendEvents(
  way: Way,
  { hostUrl, cloudUrl }: Addresses,
  events: readonly RawEvent[],
): Promise<void> {
  const hub = `${hostUrl}/runtime/local/eventhubs/${eventHubName}/messages`;
  switch (way) {
    case 'eventGrid': {
      const url = `${hostUrl}/runtime/webhooks/eventgrid?functionName=receiveConnectionEvent`;
      return post(url, events.map(eventGridEvent), { 'aeg-event-type': 'Notification' });
    }
    case 'storageQueue':
      return enqueue(await storageOf(cloudUrl), events);
    case 'eventHubs':
      return post(
        hub,
        events.map((event) => ({ Body: eventGridEvent(event) })),
      );
    case 'route':
      return post(hub, events.map(routedMessage));
  }
}

/** Event Grid puts each event into a message of its own, in Base64. */
async function enqueue(connectionString: string, events: readonly RawEvent[]): Promise<void> {
  const queue = QueueServiceClient.fromConnectionString(connectionString).getQueueClient(queueName);
  await queue.createIfNotExists();
  for (const event of events) {
    const text = JSON.stringify(eventGridEvent(event));
    await queue.sendMessage(Buffer.from(text).toString('base64'));
  }
}

export async function post(url: string, body: object, headers: Record<string, string> = {}): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const said = await response.text();
  if (!response.ok) throw new Error(`POST ${url} answered ${response.status} ${said}`.trim());
}

import { eventGridEventOf } from '../events/eventGridEvent.ts';
import { type EventHubMetadata, eventsOfEventHub } from '../events/eventHubMessages.ts';
import type { Log } from '../telemetry/log.ts';
import type { App } from './app.ts';
import { type Received, receiveEvents } from './receiveEvents.ts';
import { UnstoredEventsError } from './unstoredEvents.ts';

/** When what could not be stored is taken again. */
const againAfterMs = 10_000;

/**
 * Takes a batch of an event hub. The hub counts a batch as read whatever became of it, so what could not be stored is
 * kept in a queue and taken again from there. An error of the queue is thrown: the trigger then repeats the batch and
 * reads no further.
 */
export async function receiveStreamedEvents(
  app: App,
  messages: unknown,
  metadata: EventHubMetadata,
  nowMs: number,
  log: Log,
): Promise<Received> {
  const events = eventsOfEventHub(messages, metadata);
  try {
    return await receiveEvents(app, events, nowMs, log);
  } catch (error) {
    if (!(error instanceof UnstoredEventsError)) throw error;
    await app.keptEvents.keep(error.events.map(eventGridEventOf), againAfterMs);
    log.warn('events kept to be taken again', {
      events: error.events.length,
      error: error.message.slice(0, 200),
    });
    return { applied: events.length - error.events.length, foreign: 0, malformed: 0 };
  }
}

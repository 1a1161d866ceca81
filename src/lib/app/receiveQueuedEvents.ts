import { eventGridEventOf } from '../events/eventGridEvent.ts';
import { readEventsMessage } from '../store/queueMessages.ts';
import { isStorageFault } from '../store/storageFault.ts';
import type { Log } from '../telemetry/log.ts';
import type { App } from './app.ts';
import { type Received, receiveEvents } from './receiveEvents.ts';
import { UnstoredEventsError } from './unstoredEvents.ts';

const againAfterMs = 10_000;

/**
 * Takes a message of the queue of events: one event or an array of them. A storage that fails for longer than the host
 * tries must not make poison of good events: they are sent once more instead.
 * @throws {MalformedMessageError} for a message that holds no events; {UnstoredEventsError} for a fault that is none of storage
 */
export async function receiveQueuedEvents(
  app: App,
  content: unknown,
  nowMs: number,
  log: Log,
): Promise<Received> {
  const delivery = readEventsMessage(content);
  try {
    return await receiveEvents(app, delivery, nowMs, log);
  } catch (error) {
    if (!(error instanceof UnstoredEventsError) || !error.errors.every(isStorageFault)) throw error;
    await app.keptEvents.keep(error.events.map(eventGridEventOf), againAfterMs);
    log.warn('storage fault, events requeued', {
      events: error.events.length,
      error: error.message.slice(0, 200),
    });
    const all = Array.isArray(delivery) ? delivery.length : 1;
    return { applied: all - error.events.length, foreign: 0, malformed: 0 };
  }
}

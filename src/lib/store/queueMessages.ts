import { parsePlaceKey } from '../directory/placeKey.ts';
import { type EvaluationMessage, type NoticeMessage, queueNames } from './queues.ts';

export type QueueName = (typeof queueNames)[keyof typeof queueNames];

/** Thrown for a message that is none of the product's: it ends in the poison queue with what is wrong and where. */
export class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError';
}

const shown = 200;

/** @throws {MalformedMessageError} */
export function readEvaluationMessage(content: unknown): EvaluationMessage {
  check(queueNames.evaluations, content);
  return content as EvaluationMessage;
}

/** @throws {MalformedMessageError} */
export function readNoticeMessage(content: unknown): NoticeMessage {
  check(queueNames.notices, content);
  return content as NoticeMessage;
}

/**
 * A delivery of Event Grid: one event or an array of them. What is wrong with one of them is not asked here.
 * @throws {MalformedMessageError}
 */
export function readEventsMessage(content: unknown): object {
  check(queueNames.events, content);
  return content as object;
}

/** What is wrong with a message for its queue; null: nothing. */
export function messageFault(queue: QueueName, content: unknown): string | null {
  if (queue === queueNames.events) {
    return typeof content === 'object' && content !== null
      ? null
      : 'is neither an event nor an array of events';
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    return 'is not a JSON object';
  const { partition, incident, notice, askLogsFor, sinceMs } = content as Readonly<Record<string, unknown>>;
  if (parsePlaceKey(partition) === null)
    return 'has no partition that names a site of a hub (hub|site|id or hub|device|id)';
  if (queue === queueNames.evaluations) return null;
  const isId = (id: unknown) => typeof id === 'string' && id !== '';
  if (sinceMs !== undefined && !Number.isFinite(sinceMs)) return 'has a sinceMs that is no moment';
  const delivers = isId(notice) && isId(incident) && askLogsFor === undefined;
  const asks = isId(askLogsFor) && notice === undefined;
  return delivers || asks
    ? null
    : 'names neither one notice to deliver (notice, incident) nor one incident to ask the logs about (askLogsFor)';
}

function check(queue: QueueName, content: unknown): void {
  const fault = messageFault(queue, content);
  if (fault === null) return;
  const text = String(JSON.stringify(content)).slice(0, shown);
  throw new MalformedMessageError(`a message of the queue ${queue} ${fault}: ${text}`);
}

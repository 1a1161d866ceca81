import type { HttpAnswer } from './httpAnswer.ts';

type EventGridRequest = {
  readonly method: string;
  readonly functionName: string | null;
  /** The header `aeg-event-type`. */
  readonly eventType: string | undefined;
  /** The header `WebHook-Request-Origin`. */
  readonly requestOrigin: string | undefined;
  readonly body: string;
};

/** How a trigger takes a batch: `one` event an invocation, or `many` as one array. */
export type Cardinality = 'one' | 'many';

type EventGridDecision =
  | { readonly kind: 'answer'; readonly answer: HttpAnswer }
  /** Each of `inputs` is the JSON of one invocation; all run at once. */
  | { readonly kind: 'invoke'; readonly inputs: readonly string[] };

const text = { 'content-type': 'text/plain; charset=utf-8' };

/**
 * What the Event Grid extension of the Functions host does with a request (extension 3.3, EventGridExtensionConfigProvider):
 * the function first, then the handshakes, then the events. `cardinality` is undefined when no Event Grid trigger has
 * exactly this name. A body that cannot be read is 500.
 */
export function decideEventGrid(
  request: EventGridRequest,
  cardinality: Cardinality | undefined,
): EventGridDecision {
  if (cardinality === undefined) {
    return answer(404, `cannot find function: '${request.functionName ?? ''}'`);
  }
  if (request.method === 'OPTIONS') {
    const allowed = { 'Webhook-Allowed-Origin': request.requestOrigin ?? 'eventgrid.azure.net' };
    return { kind: 'answer', answer: { status: 200, headers: allowed } };
  }
  switch (request.eventType?.toLowerCase()) {
    case 'subscriptionvalidation': {
      const code = validationCode(parse(request.body));
      return code === undefined ? answer(500) : answer(200, JSON.stringify({ validationResponse: code }));
    }
    case 'notification':
      return notification(request.body, cardinality);
    case 'unsubscribe':
      return answer(202);
    default:
      return answer(400);
  }
}

function notification(body: string, cardinality: Cardinality): EventGridDecision {
  const parsed = parse(body);
  const events = Array.isArray(parsed) ? parsed : [parsed];
  if (!events.every(isObject)) return answer(500);
  if (cardinality === 'one') return { kind: 'invoke', inputs: events.map((event) => JSON.stringify(event)) };
  return { kind: 'invoke', inputs: [Array.isArray(parsed) ? body : `[${body}]`] };
}

/** In the Event Grid schema `data` is an object, in CloudEvents it is a string that holds JSON. */
function validationCode(body: unknown): string | undefined {
  const event = Array.isArray(body) ? body[0] : body;
  const data =
    isObject(event) && typeof event.data === 'string' ? parse(event.data) : isObject(event) && event.data;
  return isObject(data) && typeof data.validationCode === 'string' ? data.validationCode : undefined;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function answer(status: number, body?: string): EventGridDecision {
  return { kind: 'answer', answer: { status, ...(body !== undefined && { headers: text, body }) } };
}

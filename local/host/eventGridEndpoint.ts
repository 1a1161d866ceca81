import type { IncomingMessage } from 'node:http';
import type { RegisteredFunction } from './coreModule.ts';
import { type Cardinality, decideEventGrid } from './eventGridRequest.ts';
import type { HttpAnswer } from './httpAnswer.ts';
import { type Invoke, triggerOf } from './invoke.ts';
import { readBody } from './readBody.ts';

export const eventGridPath = '/runtime/webhooks/eventgrid';

type EventGridEndpoint = (request: IncomingMessage, url: URL, bodyLimitBytes: number) => Promise<HttpAnswer>;

/** The webhook behind all Event Grid triggers: 202 when every invocation succeeded, 500 when one failed. */
export function createEventGridEndpoint(
  functions: readonly RegisteredFunction[],
  invoke: Invoke,
): EventGridEndpoint {
  const triggers = new Map<string, { registered: RegisteredFunction; cardinality: Cardinality }>();
  for (const registered of functions) {
    const binding = triggerOf(registered)[1] as { type: string; cardinality?: string };
    if (binding.type.toLowerCase() !== 'eventgridtrigger') continue;
    const cardinality = binding.cardinality?.toLowerCase() === 'many' ? 'many' : 'one';
    triggers.set(registered.metadata.name, { registered, cardinality });
  }

  return async (request, url, bodyLimitBytes) => {
    const functionName = parameter(url, 'functionName');
    const trigger = functionName === null ? undefined : triggers.get(functionName);
    const decision = decideEventGrid(
      {
        method: request.method ?? 'GET',
        functionName,
        eventType: header(request, 'aeg-event-type'),
        requestOrigin: header(request, 'webhook-request-origin'),
        body: (await readBody(request, bodyLimitBytes)).toString('utf8'),
      },
      trigger?.cardinality,
    );
    if (decision.kind === 'answer' || !trigger)
      return decision.kind === 'answer' ? decision.answer : { status: 404 };
    const outcomes = await Promise.all(
      decision.inputs.map((json) => invoke(trigger.registered, { data: { json } })),
    );
    if (outcomes.every((outcome) => outcome.ok)) return { status: 202 };
    return { status: 500, body: `Exception while executing function: ${functionName}` };
  };
}

/** Names of query parameters compare without case on the real host. */
function parameter(url: URL, name: string): string | null {
  for (const [key, value] of url.searchParams) if (key.toLowerCase() === name.toLowerCase()) return value;
  return null;
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

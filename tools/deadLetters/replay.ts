import type { Blobs } from '../../src/lib/store/blobs.ts';
import { type DeadLetter, readDeadLetters } from './deadLetter.ts';

/** A blob of dead letters; `letters` is null where it holds none. */
export type Batch = {
  readonly blob: string;
  readonly etag: string;
  readonly text: string;
  readonly letters: readonly DeadLetter[] | null;
};

const timeoutMs = 30_000;
const eventsInPost = 100;

/** Where the letters of a batch go that the app has taken. */
const done = 'replayed/';

/** The dead letters of the container whose names begin with `prefix`. */
export async function* deadLetters(blobs: Blobs, prefix: string): AsyncIterable<Batch> {
  for await (const names of blobs.names(prefix)) {
    for (const blob of names) {
      if (blob.startsWith(done)) continue;
      const found = await blobs.read(blob, null, timeoutMs);
      if (found.kind !== 'found') continue;
      yield { blob, etag: found.etag, text: found.text, letters: readDeadLetters(found.text) };
    }
  }
}

/**
 * Hands the events of a batch to the ingest function once more, as Event Grid does, and moves the blob aside when
 * they were taken. Twice does no harm: the function knows by the sequence numbers what it has seen.
 * @returns null when all were taken, else why not
 */
export async function replay(
  blobs: Blobs,
  batch: Batch,
  endpoint: URL,
  key: string | undefined,
): Promise<string | null> {
  if (batch.letters === null) return 'it contains no events';
  for (let start = 0; start < batch.letters.length; start += eventsInPost) {
    const events = batch.letters.slice(start, start + eventsInPost).map(({ event }) => event);
    const refusal = await post(endpoint, key, events);
    if (refusal !== null) return refusal;
  }
  await blobs.write(`${done}${batch.blob}`, batch.text, null);
  await blobs.remove(batch.blob, batch.etag);
  return null;
}

async function post(
  endpoint: URL,
  key: string | undefined,
  events: readonly object[],
): Promise<string | null> {
  try {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'aeg-event-type': 'Notification',
        ...(key ? { 'x-functions-key': key } : {}),
      },
      body: JSON.stringify(events),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.body?.cancel();
    if (answer.ok) return null;
    const hint = answer.status === 401 ? ': set EVENTGRID_KEY to its key eventgrid_extension' : '';
    return `the app answered ${answer.status}${hint}`;
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    return `the app could not be reached (${cause?.code ?? message})`;
  }
}

/** The endpoint of the ingest function of an app; null: http, for the key goes along, or no address at all. */
export function ingestEndpoint(app: string): URL | null {
  const base = URL.parse(app);
  const local = base?.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(base.hostname);
  if (!base || (base.protocol !== 'https:' && !local)) return null;
  const endpoint = new URL('/runtime/webhooks/eventgrid', base);
  endpoint.searchParams.set('functionName', 'receiveConnectionEvent');
  return endpoint;
}

import type { Blobs } from '../../src/lib/store/blobs.ts';
import { type DeadLetter, readDeadLetters } from './deadLetter.ts';

/** The dead letters of one blob. */
export type Batch = { readonly blob: string; readonly etag: string; readonly letters: readonly DeadLetter[] };

/** A blob that cannot be read as dead letters, and why. */
export type Unreadable = { readonly blob: string; readonly problem: string };

const readTimeoutMs = 30_000;

/** The dead letters of the container since a time, oldest names first. */
export async function* deadLetters(blobs: Blobs, sinceMs: number): AsyncIterable<Batch | Unreadable> {
  for await (const names of blobs.names('')) {
    for (const blob of names) {
      const found = await blobs.read(blob, null, readTimeoutMs);
      if (found.kind !== 'found' || found.modifiedAtMs < sinceMs) continue;
      try {
        yield { blob, etag: found.etag, letters: readDeadLetters(found.text) };
      } catch (error) {
        yield { blob, problem: (error as Error).message };
      }
    }
  }
}

/**
 * Hands the events of a blob to the ingest function once more, as Event Grid does, and removes the blob when they
 * were taken. Twice does no harm: the function knows by the sequence numbers what it has seen.
 * @returns null when they were taken, else what the app answered
 */
export async function replay(blobs: Blobs, batch: Batch, endpoint: URL): Promise<string | null> {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'aeg-event-type': 'Notification' },
    body: JSON.stringify(batch.letters.map(({ event }) => event)),
  });
  if (!answer.ok) return `${answer.status} ${(await answer.text()).slice(0, 200)}`.trim();
  await blobs.remove(batch.blob, batch.etag);
  return null;
}

/** The endpoint of the ingest function: of an app by its name, or of a host by its address. */
export function ingestEndpoint(app: string, key: string | undefined): URL {
  const base = app.includes('://') ? app : `https://${app}.azurewebsites.net`;
  const endpoint = new URL('/runtime/webhooks/eventgrid', base);
  endpoint.searchParams.set('functionName', 'receiveConnectionEvent');
  if (key) endpoint.searchParams.set('code', key);
  return endpoint;
}

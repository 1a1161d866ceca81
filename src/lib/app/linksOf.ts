import type { Message } from '../notify/message.ts';
import type { Incident } from '../site/incident.ts';
import type { App } from './app.ts';

/** Where a reader finds more; null for what this installation cannot link to. */
export function linksOf(app: App, incident: Incident): Message['links'] {
  const path = `/api/incidents/${encodeURIComponent(incident.incidentId)}`;
  return { incident: app.publicUrl === null ? null : `${app.publicUrl}${path}`, logs: null, device: null };
}

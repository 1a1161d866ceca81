import type { Incident } from '../incident/incident.ts';
import { linkToken } from '../link/linkToken.ts';
import { linksOf } from '../notify/linksOf.ts';
import type { Message } from '../notify/message.ts';
import { signingAgeMs } from '../store/linkKeys.ts';
import type { App } from './app.ts';

/** Where one receiver finds more of an incident. Its link needs no other key, so no other receiver gets it. */
export async function linksFor(app: App, incident: Incident, receiver: string): Promise<Message['links']> {
  if (app.publicUrl === null) return linksOf(null, incident);
  const ring = await app.linkKeys.ring(signingAgeMs, app.now());
  const token = await linkToken(ring, { incidentId: incident.incidentId, receiver });
  return linksOf(app.publicUrl, incident, token);
}

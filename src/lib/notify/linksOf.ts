import { deviceLink, logsLink, resourceHealthLink } from '../diagnosis/logs/links.ts';
import type { Incident } from '../incident/incident.ts';
import { earlier } from '../incident/observe.ts';
import type { Message } from './message.ts';

/** The window of the prepared query ends here and not now: a repeated mail must say the same to the letter. */
const lookAfterMs = 2 * 60 * 60_000;

/** Where a reader finds more; null for what this installation cannot link to. */
export function linksOf(publicUrl: string | null, incident: Incident): Message['links'] {
  const { hubResourceId = null } = incident;
  const path = `/api/incidents/${encodeURIComponent(incident.incidentId)}`;
  const deviceIds = new Set<string>();
  let firstLossMs: number | null = null;
  for (const { deviceId, lostAtMs } of incident.members.values()) {
    deviceIds.add(deviceId);
    firstLossMs = earlier(firstLossMs, lostAtMs);
  }
  const [first] = deviceIds;
  const ofHub = incident.subject.kind === 'hub';
  const only = deviceIds.size === 1 && !ofHub ? first : undefined;
  return {
    incident: publicUrl === null ? null : `${publicUrl}${path}`,
    acknowledge: null,
    silence: null,
    logs: logsLink({
      hubResourceId: ofHub ? null : hubResourceId,
      hubName: incident.hubName,
      deviceIds: [...deviceIds],
      lostAtMs: firstLossMs ?? incident.openedAtMs,
      nowMs: incident.openedAtMs + lookAfterMs,
    }),
    device: only === undefined ? null : deviceLink(hubResourceId, only),
    resourceHealth: resourceHealthLink(hubResourceId),
  };
}

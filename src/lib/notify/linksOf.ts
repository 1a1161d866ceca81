import { deviceLink, logsLink, resourceHealthLink } from '../diagnosis/logs/links.ts';
import type { Incident } from '../incident/incident.ts';
import { earlier } from '../incident/observe.ts';
import type { Message } from './message.ts';

/** The window of the prepared query ends here and not now: a repeated mail must say the same to the letter. */
const lookAfterMs = 2 * 60 * 60_000;

/**
 * Where a reader finds more; null for what this installation cannot link to.
 * @param token opens the incident for one receiver, without a key; null: for readers with access, who have no receiver
 */
export function linksOf(
  publicUrl: string | null,
  incident: Incident,
  token: string | null = null,
): Message['links'] {
  const { hubResourceId = null } = incident;
  const path =
    token === null ? `/status/incidents/${encodeURIComponent(incident.incidentId)}` : `/l/${token}`;
  const page = publicUrl === null ? null : `${publicUrl}${path}`;
  const acts = token !== null && incident.status === 'open' ? page : null;
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
    incident: page,
    acknowledge: acts === null ? null : `${acts}#acknowledge`,
    silence: acts === null || ofHub ? null : `${acts}#silence`,
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

import type { Controls, Silence } from '../control/control.ts';
import { type ControlMatch, coversDevice, reaches } from '../control/controlMatch.ts';
import type { PlaceKey } from '../directory/placeKey.ts';
import type { Site } from '../directory/placeOf.ts';
import type { Incident } from '../incident/incident.ts';
import { stableId } from '../notify/stableId.ts';

/** What the link of an incident may silence: its site or its device, and nothing wider; null: a hub as a whole. */
export function matchOfLink({ subject, hubName, members }: Incident, site: Site): ControlMatch | null {
  if (subject.kind === 'hub') return null;
  const hubs = [hubName];
  if (subject.kind === 'site' && site.kind === 'site') return { hubs, sites: [site.id], devices: null };
  const [first] = members.values();
  return first ? { hubs, sites: null, devices: [exactly(first.deviceId)] } : null;
}

/** A glob for this id alone. */
function exactly(deviceId: string): string {
  return deviceId.replaceAll('*', '\\*');
}

/** Whether two controls are for the same, written the same way. */
export function isSameMatch(a: ControlMatch, b: ControlMatch): boolean {
  return keyOf(a) === keyOf(b);
}

function keyOf({ hubs, sites, devices }: ControlMatch): string {
  return JSON.stringify([hubs?.map((hub) => hub.toLowerCase()), sites, devices]);
}

/** Whether a control is for something that an incident is about. */
export function isForIncident(match: ControlMatch, incident: Incident, key: PlaceKey, site: Site): boolean {
  const isHub = key.kind === 'hub';
  if (!reaches(match, incident.hubName, isHub ? null : site)) return false;
  return isHub || [...incident.members.values()].some(({ deviceId }) => coversDevice(match, deviceId));
}

/** Names what has been set by such links so far, so that a press on an older page is seen. */
export function silenceState({ silences }: Controls, match: ControlMatch): string {
  const own = silences.filter((silence) => isSameMatch(silence.match, match));
  return stableId('s', ...own.map(({ id, takenBack }: Silence) => `${id}${takenBack ? ':ended' : ''}`));
}

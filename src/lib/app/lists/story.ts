import { diagnosisToTell } from '../../incident/diagnosisFit.ts';
import type { IncidentFile } from '../../incident/incidentFile.ts';
import { deviceFacts } from '../../notify/deviceFacts.ts';
import { deviceView, iso } from '../../pages/deviceView.ts';
import { type ListPart, type Part, partOf } from './listPage.ts';

/** The story of an incident, oldest first. */
export function timelineItems({ timeline }: IncidentFile, part: Part) {
  const { items, next } = partOf(
    timeline.toSorted((a, b) => a.atMs - b.atMs),
    part,
  );
  return { items: items.map(timelineItem), next };
}

function timelineItem({ atMs, error, outcome, ...entry }: IncidentFile['timeline'][number]) {
  const { kind, deviceId, receiver, reason, sentence } = entry;
  return {
    at: iso(atMs),
    kind,
    deviceId,
    receiver,
    reason,
    sentence,
    ...(outcome === undefined ? {} : { outcome, error: error ?? null }),
  };
}

/** Every device that took part: those that are down first, the longest first. */
export function memberItems(
  { incident, diagnosis }: IncidentFile,
  part: Part,
): ListPart<ReturnType<typeof deviceView>> {
  const { lostAtMs } = diagnosisToTell(diagnosis, incident);
  const { items, next } = partOf(deviceFacts([...incident.members.values()], new Map(), lostAtMs), part);
  return { items: items.map(deviceView), next };
}

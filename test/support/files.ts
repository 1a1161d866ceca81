import type { Incident, Notice } from '../../src/lib/incident/incident.ts';
import type { IncidentFile } from '../../src/lib/incident/incidentFile.ts';
import type { TimelineEntry } from '../../src/lib/incident/timeline.ts';
import { start } from './events.ts';
import { facts, incident, toldOf } from './incidents.ts';

export const entryAt = (atMs: number, sentence = `at ${atMs}`): TimelineEntry => ({
  atMs,
  kind: 'decision',
  deviceId: null,
  receiver: null,
  reason: null,
  sentence,
});

export function noticeOf(change: Partial<Notice> = {}): Notice {
  return {
    noticeId: 'ntc_1',
    incidentId: 'inc_1',
    receiver: 'operators',
    kind: 'opening',
    reason: 'outageBegan',
    state: 'pending',
    createdAtMs: start,
    dueAtMs: start,
    leasedUntilMs: 0,
    attempts: 0,
    lastError: null,
    possiblyDelivered: null,
    finishedAtMs: null,
    ...change,
  };
}

/** A file of an incident with these devices down, all of them told. */
export function fileOf(
  deviceIds: readonly string[],
  change: Partial<Incident> = {},
  rest: Partial<IncidentFile> = {},
): IncidentFile {
  const members = Object.fromEntries(deviceIds.map((id) => [id, 'down' as const]));
  const one = incident(members, change);
  const { incidentId } = one;
  return {
    incident: one,
    told: [toldOf({ down: [...one.members.keys()] }, '1m', { incidentId })],
    notices: [noticeOf({ incidentId, state: 'sent', finishedAtMs: start })],
    diagnosis: null,
    timeline: [entryAt(start)],
    ...rest,
  };
}

/** A file whose story is longer than its head holds. */
export function longStory(deviceIds: readonly string[], change: Partial<Incident> = {}): IncidentFile {
  const { incidentId } = incident({}, change);
  const possiblyDelivered = facts({ down: deviceIds.slice(0, 1) });
  return fileOf(deviceIds, change, {
    notices: Array.from({ length: 300 }, (_, n) =>
      noticeOf({
        incidentId,
        noticeId: `ntc_${n}`,
        state: 'failed',
        possiblyDelivered,
        finishedAtMs: start + n,
      }),
    ),
    timeline: Array.from({ length: 900 }, (_, n) => entryAt(start + n)),
  });
}

export const deviceNames = (count: number) => Array.from({ length: count }, (_, index) => `oslo-${index}`);

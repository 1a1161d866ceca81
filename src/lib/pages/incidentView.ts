import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Site } from '../directory/placeOf.ts';
import { isInEffect } from '../incident/acknowledgement.ts';
import type { Incident, Notice, Told } from '../incident/incident.ts';
import { perOf } from '../incident/incident.ts';
import { countOf, countsOf, mostDevices } from '../notify/composeMessage.ts';
import { deviceFacts } from '../notify/deviceFacts.ts';
import { lastedOf, lossesEver } from '../notify/losses.ts';
import type { Message } from '../notify/message.ts';
import { summarise } from '../notify/words/summary.ts';
import { deviceView, diagnosisView, iso } from './deviceView.ts';

/** One incident as the API shows it. Instants are ISO 8601 in UTC. */
export type IncidentView = {
  readonly incidentId: string;
  readonly status: 'open' | 'resolved';
  readonly severity: string;
  readonly per: 'site' | 'device';
  readonly hub: string;
  readonly site: { readonly id: string; readonly name: string };
  readonly summary: string;
  /** `silenced`: down or flapping, and quiet; they count nowhere else. */
  readonly counts: Message['counts'] & { readonly silenced: number };
  readonly devices: readonly ReturnType<typeof deviceView>[];
  readonly devicesTruncated: number;
  readonly openedAt: string;
  readonly resolvedAt: string | null;
  readonly diagnosis: ReturnType<typeof diagnosisView>;
  /** Who has it, until when; null: nobody has. */
  readonly acknowledged: AcknowledgedView | null;
  /** Present on incidents of a hub's own count alone. */
  readonly hubLevel?: Message['hubLevel'];
  readonly links: Message['links'];
  /** Who has been told of it, or is to be. */
  readonly receivers: readonly string[];
};

export type AcknowledgedView = {
  readonly by: string;
  readonly at: string;
  readonly until: string;
  readonly note: string | null;
};

/** One notice with the incident that it is about, and what became of it. */
export type NoticeView = Omit<IncidentView, 'receivers'> & {
  readonly noticeId: string;
  readonly reason: string;
  readonly state: Notice['state'];
  readonly receiver: string;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly nextAttemptAt: string | null;
  /** The digest that it went out with; null: it goes by itself. */
  readonly digestId: string | null;
};

/** @param site the site as readers know it; of a hub's own count, the hub */
export function incidentView(input: {
  readonly incident: Incident;
  readonly site: Site;
  readonly told: readonly Told[];
  readonly notices: readonly Notice[];
  readonly diagnosis: Diagnosis;
  readonly links: Message['links'];
  readonly nowMs: number;
}): IncidentView {
  const { incident, site, diagnosis, links } = input;
  const members = [...incident.members.values()];
  const devices = deviceFacts(members, new Map(), diagnosis.lostAtMs);
  const { offline, flapping, silenced = 0, ...known } = countsOf(incident);
  const counts = { offline, flapping, silenced, ...known };
  const resolved = incident.status === 'resolved';
  const hubLevel = incident.subject.kind === 'hub' ? incident.subject.level : null;
  const anyBack = members.some(({ state }) => state === 'back');
  const lasted = resolved
    ? lastedOf(lossesEver(incident, members, devices), incident.unstableSinceMs ?? null, devices)
    : null;
  const summary = summarise({
    per: perOf(incident),
    site,
    status: incident.status,
    reason: resolved ? (anyBack ? 'recovered' : 'noLongerFollowed') : 'outageBegan',
    severity: incident.severity,
    counts,
    devices,
    devicesTruncated: 0,
    backCount: countOf(incident, members, 'back').devices,
    deletedCount: devices.filter(({ deleted }) => deleted).length,
    lasted,
    diagnosis,
    hubLevel,
  });
  return {
    incidentId: incident.incidentId,
    status: incident.status,
    severity: resolved ? incident.peakSeverity : incident.severity,
    per: perOf(incident),
    hub: incident.hubName,
    site: { id: site.id, name: site.name },
    summary,
    counts: { ...counts, silenced: counts.silenced ?? 0 },
    devices: devices.slice(0, mostDevices).map(deviceView),
    devicesTruncated: Math.max(0, devices.length - mostDevices),
    openedAt: iso(incident.openedAtMs),
    resolvedAt: incident.resolvedAtMs === null ? null : iso(incident.resolvedAtMs),
    diagnosis: diagnosisView(diagnosis),
    acknowledged: acknowledgedView(incident.acknowledged, input.nowMs),
    ...(hubLevel === null ? {} : { hubLevel }),
    links,
    receivers: [...new Set([...input.told, ...input.notices].map(({ receiver }) => receiver))],
  };
}

function acknowledgedView(acknowledged: Incident['acknowledged'], nowMs: number): AcknowledgedView | null {
  if (!acknowledged || !isInEffect(acknowledged, nowMs)) return null;
  const { by, atMs, untilMs, note } = acknowledged;
  return { by, at: iso(atMs), until: iso(untilMs), note };
}

export function noticeView({ receivers: _receivers, ...incident }: IncidentView, notice: Notice): NoticeView {
  return {
    ...incident,
    noticeId: notice.noticeId,
    reason: notice.reason,
    state: notice.state,
    receiver: notice.receiver,
    attempts: notice.attempts,
    lastError: notice.lastError,
    createdAt: iso(notice.createdAtMs),
    finishedAt: notice.finishedAtMs === null ? null : iso(notice.finishedAtMs),
    nextAttemptAt: notice.state === 'pending' ? iso(notice.dueAtMs) : null,
    digestId: notice.digestId ?? null,
  };
}

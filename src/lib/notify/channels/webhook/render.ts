import type { HubLevel } from '../../../incident/hubLevel.ts';
import type { DeviceFact, Message } from '../../message.ts';
import { cutText } from '../../words/cutText.ts';
import { mostNotes } from '../../words/notesInWords.ts';
import { summarise } from '../../words/summary.ts';

const listedDevices = 100;
const longestNote = 1_000;

/** What a webhook receiver gets: docs/webhook.md#the-body. Instants are ISO 8601 in UTC. */
export type WebhookBody = {
  readonly type: 'incident.opened' | 'incident.updated' | 'incident.reminder' | 'incident.resolved';
  readonly timestamp: string;
  readonly data: {
    readonly noticeId: string;
    readonly incidentId: string;
    readonly reason: string;
    readonly status: 'open' | 'resolved';
    readonly severity: 'info' | 'warning' | 'critical';
    readonly per: 'site' | 'device';
    readonly hub: string;
    readonly site: { readonly id: string; readonly name: string };
    readonly summary: string;
    /** Devices; `modules` beside them is present when one is or was affected. */
    readonly counts: Message['counts'] & { readonly silenced: number };
    readonly devices: readonly WebhookDevice[];
    readonly devicesTruncated: number;
    readonly openedAt: string;
    readonly resolvedAt: string | null;
    readonly diagnosis: WebhookDiagnosis;
    /** Who has it; null: nobody has. */
    readonly acknowledged: {
      readonly by: string;
      readonly at: string;
      readonly until: string;
      readonly note: string | null;
    } | null;
    /** What was noted at earlier incidents of the same device or site, newest first; long ones are cut. */
    readonly notes: readonly { readonly by: string; readonly at: string; readonly text: string }[];
    /** Present on incidents of a hub as a whole alone. */
    readonly hubLevel?: HubLevel;
    /** Present on notices of a fallback alone: whom it stands in for, and what went wrong there. */
    readonly instead?: { readonly receiver: string; readonly error: string };
    readonly links: {
      readonly incident: string | null;
      readonly acknowledge: string | null;
      readonly silence: string | null;
      readonly logs: string | null;
      readonly device: string | null;
      readonly resourceHealth: string | null;
    };
  };
};

type WebhookDevice = {
  readonly deviceId: string;
  readonly moduleId: string | null;
  readonly phase: 'online' | 'suspect' | 'offline' | 'recovering';
  readonly flapping: boolean;
  readonly lostContact: { readonly notBefore: string; readonly notAfter: string } | null;
  readonly backAt: string | null;
  /** Present on a deleted device alone. */
  readonly deleted?: true;
  /** Present alone on a device about which nothing begins to be told. */
  readonly silenced?: true;
};

type WebhookDiagnosis = {
  readonly status: 'available' | 'pending' | 'unavailable';
  readonly cause: string;
  readonly confidence: 'low' | 'medium' | 'high';
  readonly summary: string;
  readonly errors: readonly {
    readonly code: string;
    readonly name: string;
    readonly count: number;
    readonly lastSeen: string;
  }[];
  readonly steps: readonly string[];
  readonly evidence: { readonly for: readonly string[]; readonly against: readonly string[] };
  readonly unavailableBecause: string | null;
  /** Further causes of the same incident, each with the number of its devices; empty when one explains all. */
  readonly also: readonly {
    readonly cause: string;
    readonly confidence: 'low' | 'medium' | 'high';
    readonly devices: number;
    readonly summary: string;
  }[];
};

/** The body of a webhook request. Lists at most 100 devices. */
export function renderWebhook(message: Message): WebhookBody {
  const { diagnosis, counts, links, devices } = message;
  return {
    type: message.type,
    timestamp: iso(message.nowMs),
    data: {
      noticeId: message.noticeId,
      incidentId: message.incidentId,
      reason: message.reason,
      status: message.status,
      severity: message.severity,
      per: message.per,
      hub: message.hub,
      site: { id: message.site.id, name: message.site.name },
      summary: summarise(message),
      counts: {
        offline: counts.offline,
        flapping: counts.flapping,
        silenced: counts.silenced ?? 0,
        known: counts.known,
        ...(counts.modules ? { modules: counts.modules } : {}),
      },
      devices: devices.slice(0, listedDevices).map(renderDevice),
      devicesTruncated: message.devicesTruncated + Math.max(0, devices.length - listedDevices),
      openedAt: iso(message.openedAtMs),
      resolvedAt: message.resolvedAtMs === null ? null : iso(message.resolvedAtMs),
      diagnosis: {
        status: diagnosis.status,
        cause: diagnosis.cause,
        confidence: diagnosis.confidence,
        summary: diagnosis.summary,
        errors: diagnosis.errors.map(({ code, name, count, lastSeen }) => ({ code, name, count, lastSeen })),
        steps: [...diagnosis.steps],
        evidence: { for: [...diagnosis.evidence.for], against: [...diagnosis.evidence.against] },
        unavailableBecause: diagnosis.unavailableBecause,
        also: diagnosis.also.map(({ cause, confidence, devices, summary }) => ({
          cause,
          confidence,
          devices,
          summary,
        })),
      },
      acknowledged: renderAcknowledged(message.acknowledged),
      notes: message.notes.slice(0, mostNotes).map(({ by, atMs, text }) => ({
        by,
        at: iso(atMs),
        text: cutText(text, longestNote),
      })),
      ...(message.hubLevel ? { hubLevel: message.hubLevel } : {}),
      ...(message.instead ? { instead: message.instead } : {}),
      links: {
        incident: links.incident,
        acknowledge: links.acknowledge,
        silence: links.silence,
        logs: links.logs,
        device: links.device,
        resourceHealth: links.resourceHealth,
      },
    },
  };
}

function renderAcknowledged(acknowledged: Message['acknowledged']): WebhookBody['data']['acknowledged'] {
  if (acknowledged === null) return null;
  const { by, atMs, untilMs, note } = acknowledged;
  return { by, at: iso(atMs), until: iso(untilMs), note };
}

function renderDevice(device: DeviceFact): WebhookDevice {
  const { deviceId, moduleId, phase, flapping, lostContact, backAtMs, deleted, silenced = false } = device;
  return {
    deviceId,
    moduleId,
    phase,
    flapping,
    lostContact: lostContact && {
      notBefore: iso(lostContact.notBeforeMs),
      notAfter: iso(lostContact.notAfterMs),
    },
    backAt: backAtMs === null ? null : iso(backAtMs),
    ...(deleted ? { deleted } : {}),
    ...(silenced ? { silenced } : {}),
  };
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}

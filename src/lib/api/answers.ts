import * as z from 'zod';
import { causes, confidences } from '../diagnosis/diagnosis.ts';
import { codes } from '../explain/explanation.ts';
import { reasons } from '../incident/reasons.ts';
import { severities } from '../policy/severity.ts';

// What the calls answer, for the description of the API; tests hold every answer against it.

const at = () => z.iso.datetime().describe('ISO 8601, in UTC.');
const atOrNull = () => at().nullable();
const named = z.strictObject({ id: z.string(), name: z.string() });
const count = () => z.int().min(0);
const phase = z.enum(['online', 'suspect', 'offline', 'recovering']);
const severity = z.enum(severities);

export const problem = z
  .strictObject({
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z
      .array(z.strictObject({ path: z.string(), value: z.string().nullable(), message: z.string() }))
      .optional()
      .describe('Each mistake of a body or of parameters: where, the value, and what is accepted.'),
  })
  .meta({ id: 'Problem', description: 'Problem details, RFC 9457.' });

/** A list of such items. */
export function listOf(item: z.ZodType, id: string) {
  return z
    .strictObject({
      items: z.array(item),
      nextLink: z.url().nullable().describe('Where the list goes on; null: it ends here.'),
    })
    .meta({ id: `${id}List` });
}

export const site = z
  .strictObject({
    hub: z.string(),
    site: named,
    severity: severity.nullable().describe('Of its worst open incident.'),
    counts: z.strictObject({
      known: count(),
      online: count(),
      offline: count(),
      flapping: count(),
      silenced: count(),
    }),
    since: atOrNull().describe('When the oldest loss that still lasts began.'),
    incidents: z.array(z.string()).describe('Ids of the open ones, at most 1,000.'),
  })
  .meta({ id: 'Site' });

export const device = z
  .strictObject({
    hub: z.string(),
    site: named,
    deviceId: z.string(),
    moduleId: z.string().nullable(),
    phase,
    flapping: z.boolean(),
    since: atOrNull().describe('When this phase began.'),
    silenced: z.boolean(),
    incidentId: z.string().nullable().describe('Of an open incident that it is part of.'),
  })
  .meta({ id: 'Device' });

export const member = z
  .strictObject({
    deviceId: z.string(),
    moduleId: z.string().nullable(),
    phase,
    flapping: z.boolean(),
    lostContact: z
      .strictObject({ notBefore: at(), notAfter: at() })
      .nullable()
      .describe('When contact was lost, as an interval; null: it only flaps.'),
    backAt: atOrNull(),
    deleted: z.literal(true).optional(),
    silenced: z.literal(true).optional(),
  })
  .meta({ id: 'Member' });

const diagnosis = z
  .strictObject({
    status: z.enum(['available', 'pending', 'unavailable']),
    cause: z.enum(causes),
    confidence: z.enum(confidences),
    summary: z.string(),
    errors: z.array(
      z.strictObject({ code: z.string(), name: z.string(), count: count(), lastSeen: z.string() }),
    ),
    steps: z.array(z.string()),
    evidence: z.strictObject({ for: z.array(z.string()), against: z.array(z.string()) }),
    unavailableBecause: z.string().nullable(),
    also: z.array(
      z.strictObject({
        cause: z.enum(causes),
        confidence: z.enum(confidences),
        devices: count(),
        summary: z.string(),
      }),
    ),
  })
  .meta({ id: 'Diagnosis' });

const link = () => z.string().nullable();

const incidentShape = {
  incidentId: z.string(),
  status: z.enum(['open', 'resolved']),
  severity,
  per: z.enum(['site', 'device']),
  hub: z.string(),
  site: named,
  summary: z.string(),
  counts: z.strictObject({
    offline: count(),
    flapping: count(),
    silenced: count(),
    known: count(),
    modules: z.strictObject({ offline: count(), flapping: count(), back: count() }).optional(),
  }),
  devices: z.array(member).describe('At most 100; the calls for its devices list all.'),
  devicesTruncated: count(),
  openedAt: at(),
  resolvedAt: atOrNull(),
  diagnosis,
  acknowledged: z
    .strictObject({ by: z.string(), at: at(), until: at(), note: z.string().nullable() })
    .nullable(),
  hubLevel: z
    .strictObject({
      connected: count(),
      expected: count(),
      explained: count(),
      ended: z.enum(['levelBack', 'explained', 'newNormal']).nullable(),
    })
    .nullable()
    .optional()
    .describe("Of a hub's own count alone."),
  links: z.strictObject({
    incident: link(),
    acknowledge: link(),
    silence: link(),
    logs: link(),
    device: link(),
    resourceHealth: link(),
  }),
};

export const incident = z
  .strictObject({ ...incidentShape, receivers: z.array(z.string()) })
  .meta({ id: 'Incident' });

export const notice = z
  .strictObject({
    ...incidentShape,
    noticeId: z.string(),
    reason: z.enum(reasons),
    state: z.enum(['pending', 'sent', 'failed', 'dropped']),
    receiver: z.string(),
    attempts: count(),
    lastError: z.string().nullable(),
    createdAt: at(),
    finishedAt: atOrNull(),
    nextAttemptAt: atOrNull(),
    digestId: z.string().nullable(),
  })
  .meta({ id: 'Notice' });

export const note = z.strictObject({ by: z.string(), at: at(), text: z.string() }).meta({ id: 'Note' });

export const incidentWithStory = z
  .strictObject({
    ...incidentShape,
    receivers: z.array(z.string()),
    notes: z.array(note).describe('Newest first.'),
    earlierNotes: z.array(note).describe('Of earlier incidents of the same device or site, newest first.'),
    stepsDone: z.array(z.strictObject({ step: z.string(), by: z.string(), at: at() })),
    notices: z.array(notice).describe('Newest first.'),
  })
  .meta({ id: 'IncidentWithStory' });

export const timelineItem = z
  .strictObject({
    at: at(),
    kind: z.enum(['event', 'decision', 'notice', 'attempt', 'control', 'note', 'diagnosis']),
    deviceId: z.string().nullable(),
    receiver: z.string().nullable(),
    reason: z.string().nullable(),
    sentence: z.string(),
    outcome: z.enum(['sent', 'temporary', 'failed', 'dropped']).optional().describe('Of an attempt alone.'),
    error: z.string().nullable().optional(),
  })
  .meta({ id: 'TimelineItem' });

const takenBack = z.strictObject({ by: z.string().nullable(), at: at() }).nullable();
const match = z.strictObject({
  hubs: z.array(z.string()),
  sites: z.array(z.string()),
  devices: z.array(z.string()),
});
const control = {
  id: z.string(),
  status: z.enum(['upcoming', 'active', 'ended']),
  match,
  from: at(),
  until: at(),
  by: z.string(),
  createdAt: at(),
  takenBack,
};

export const silence = z.strictObject({ ...control, reason: z.string().nullable() }).meta({ id: 'Silence' });

export const maintenance = z
  .strictObject({
    ...control,
    id: z.string().nullable().describe('null: the configuration has it, and no call can end it.'),
    source: z.enum(['api', 'configuration']),
    name: z.string(),
    from: atOrNull().describe('Of recurring work: when it runs, or will run next.'),
    until: atOrNull(),
    recurring: z.boolean(),
    returnGrace: z.string(),
    by: z.string().nullable(),
    createdAt: atOrNull(),
  })
  .meta({ id: 'MaintenanceWindow' });

export const acknowledgement = z
  .strictObject({
    incidentId: z.string(),
    by: z.string(),
    at: at(),
    until: at(),
    note: z.string().nullable(),
    takenBack,
  })
  .meta({ id: 'Acknowledgement' });

const delivery = z
  .strictObject({
    noticeId: z.string(),
    incidentId: z.string(),
    reason: z.enum(reasons),
    state: z.enum(['pending', 'sent', 'failed', 'dropped']),
    at: at(),
    attempts: count(),
    error: z.string().nullable(),
  })
  .meta({ id: 'Delivery' });

export const receiver = z
  .strictObject({
    receiver: z.string(),
    kind: z.string(),
    fallback: z.string().nullable(),
    failing: z.strictObject({ since: at(), error: z.string() }).nullable(),
    quietUntil: atOrNull(),
    limits: z.array(z.strictObject({ rate: z.string(), spent: count() })),
    waiting: count(),
    lastDelivery: delivery.nullable().describe('Among the newest notices of all receivers.'),
    lastFailure: delivery.nullable(),
  })
  .meta({ id: 'Receiver' });

export const responder = z
  .strictObject({
    code: z.strictObject({ version: z.string() }),
    rules: z.strictObject({ hash: z.string(), since: atOrNull(), controls: count() }),
    configuration: z.strictObject({ source: z.string(), problems: z.array(z.string()) }),
    oldestDue: z.strictObject({ place: z.string(), since: at() }).nullable(),
    lastSweep: atOrNull(),
    hubs: z.array(z.strictObject({ hub: z.string(), lastEvent: at() })),
    fleet: z
      .strictObject({
        sites: count(),
        inTrouble: count(),
        devices: count(),
        offline: count(),
        flapping: count(),
        silenced: count(),
      })
      .nullable(),
  })
  .meta({ id: 'Responder' });

export const reportItem = z
  .strictObject({
    hub: z.string(),
    site: named,
    deviceId: z.string().nullable().describe('null: any device of the site.'),
    moduleId: z.string().nullable(),
    minutes: count().describe('Without planned work.'),
    outages: count(),
  })
  .meta({ id: 'ReportItem' });

export const health = z
  .strictObject({ status: z.literal('ready'), configuration: z.string() })
  .meta({ id: 'Health' });

export const outlook = z
  .strictObject({
    asked: z.strictObject({
      hub: z.string().nullable(),
      site: named.nullable(),
      timeZone: z.string(),
      deviceId: z.string(),
      severity,
      cause: z.enum(causes),
      reason: z.string(),
      at: at(),
    }),
    told: z.array(
      z.strictObject({
        receiver: z.string(),
        per: z.enum(['site', 'device']),
        at: at(),
        why: z.string(),
        route: z.int().nullable(),
        step: z.int().nullable(),
        heldBy: z.unknown(),
        after: z.array(z.string()).nullable(),
      }),
    ),
    notTold: z.array(
      z.strictObject({
        receiver: z.string(),
        route: z.int().nullable(),
        because: z.string(),
        wanted: z.unknown(),
      }),
    ),
  })
  .meta({ id: 'Outlook' });

const explainCode = z.enum(codes);

export const explanation = z
  .strictObject({
    hub: z.string(),
    deviceId: z.string(),
    moduleId: z.string().nullable(),
    site: named.nullable(),
    at: at(),
    known: z.strictObject({
      phase: phase.nullable(),
      flapping: z.boolean(),
      since: atOrNull(),
      holdEndsAt: atOrNull(),
    }),
    rules: z.strictObject({
      version: z.string().describe('Digest of the configuration, and how often people had set something.'),
    }),
    outcome: explainCode,
    receivers: z.array(
      z.strictObject({
        receiver: z.string(),
        told: z.boolean(),
        because: explainCode,
        at: atOrNull(),
        noticeId: z.string().nullable(),
        sentence: z.string(),
      }),
    ),
    looked: z.array(z.strictObject({ rule: z.string(), outcome: z.string(), sentence: z.string() })),
    sentences: z.array(z.string()),
    after: z.array(z.string()).describe('What became of it since.'),
  })
  .meta({ id: 'Explanation' });

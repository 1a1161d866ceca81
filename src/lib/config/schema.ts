import { z } from 'zod';
import { causes } from '../diagnosis/diagnosis.ts';
import { severities } from '../policy/policy.ts';
import { defaults } from './defaults.ts';
import {
  count,
  duration,
  expects,
  globs,
  listOf,
  oneOf,
  receiverName,
  section,
  share,
  siteId,
  someOf,
  text,
} from './fields.ts';
import {
  emailFault,
  hubNameFault,
  hubResourceIdFault,
  nameFault,
  signingSecretFault,
  sitePatternFault,
  timeZoneFault,
} from './textFaults.ts';
import { webhookUrlFault } from './webhookUrl.ts';

/** A notice is diagnosed and sent within one function call, which has five minutes (host.json). */
const withinCallMs = 120_000;

const flappingFields = {
  window: duration().describe('Over which time changes are looked at.'),
  startAt: share().describe('Share of changes from which a device counts as flapping.'),
  stopAt: share().describe('Share of changes below which it is calm again.'),
};

function flappingOr<Fields extends z.ZodType>(fields: Fields) {
  return z
    .union([z.literal('off'), z.literal(false), fields], {
      error: expects('a flapping policy', 'use off, or a map with window, startAt and stopAt'),
    })
    .describe('When a device that comes and goes is told as flapping; off: never.');
}

const policyFields = {
  offlineAfter: duration().describe('How long a device is gone before it counts as offline.'),
  recoveredAfter: duration().describe('How long a device is back before it counts as back.'),
  groupWait: duration().describe('How long the first notice of a site waits for others that fell together.'),
  groupInterval: duration().describe('The least time between two updates of one incident to one receiver.'),
  remindEvery: duration().describe('How often a lasting incident is told again.'),
  siteDown: share().describe('Share of a site’s known devices offline from which the incident is critical.'),
  lateEventGrace: duration().describe(
    'How long the counterpart of an event that arrives late is waited for.',
  ),
  diagnosisBudget: duration(withinCallMs).describe(
    'How long the first notice waits for the diagnostic logs.',
  ),
  severity: oneOf(severities).describe('Set for all incidents it concerns, instead of being worked out.'),
};

const policy = section({
  offlineAfter: policyFields.offlineAfter.prefault(defaults.policy.offlineAfter),
  recoveredAfter: policyFields.recoveredAfter.prefault(defaults.policy.recoveredAfter),
  groupWait: policyFields.groupWait.prefault(defaults.policy.groupWait),
  groupInterval: policyFields.groupInterval.prefault(defaults.policy.groupInterval),
  remindEvery: policyFields.remindEvery.prefault(defaults.policy.remindEvery),
  siteDown: policyFields.siteDown.prefault(defaults.policy.siteDown),
  lateEventGrace: policyFields.lateEventGrace.prefault(defaults.policy.lateEventGrace),
  flapping: flappingOr(
    section({
      window: flappingFields.window.prefault(defaults.flapping.window),
      startAt: flappingFields.startAt.prefault(defaults.flapping.startAt),
      stopAt: flappingFields.stopAt.prefault(defaults.flapping.stopAt),
    }),
  ).prefault({}),
  diagnosisBudget: policyFields.diagnosisBudget.prefault(defaults.policy.diagnosisBudget),
  severity: policyFields.severity.optional(),
});

const override = section({
  devices: globs().optional().describe('The devices that it is for: ids or globs.'),
  sites: someOf(siteId(), 'site ids').optional().describe('The sites that it is for.'),
  policy: section({ ...policyFields, flapping: flappingOr(section(flappingFields).partial()) })
    .partial()
    .describe('Fields of the policy that differ.'),
})
  .meta({ anyOf: [{ required: ['devices'] }, { required: ['sites'] }] })
  .describe('A part of the fleet with another policy. The last one that matches wins, field by field.');

const site = section({
  id: siteId().describe('Unique; what routes and overrides name.'),
  name: text('use a text', nameFault).optional().describe('What people call it; the id if left out.'),
  timeZone: text('use an IANA name, like Europe/Oslo', timeZoneFault)
    .prefault(defaults.timeZone)
    .describe('IANA name, for the times in mails.'),
  devices: globs().optional().describe('Device ids or globs; the first site that matches a device wins.'),
});

const hub = section({
  resourceId: text('use the resource id of a hub', hubResourceIdFault).describe('ARM id of the hub.'),
  dropShare: share()
    .prefault(defaults.hub.dropShare)
    .describe('Share of the connected devices from which a loss without events is told.'),
  dropAtLeast: count()
    .prefault(defaults.hub.dropAtLeast)
    .describe('A loss of fewer devices than this is never told by the hub’s count.'),
});

const deliveryFields = {
  timeout: duration(withinCallMs).describe('How long an answer is waited for.'),
  retryFirst: duration().describe('The delay before the second attempt; it doubles from there.'),
  retryMax: duration().describe('The longest delay between two attempts.'),
  giveUpAfter: duration().describe('When a notice that still cannot be delivered has failed.'),
};

const delivery = section({
  timeout: deliveryFields.timeout.prefault(defaults.delivery.timeout),
  retryFirst: deliveryFields.retryFirst.prefault(defaults.delivery.retryFirst),
  retryMax: deliveryFields.retryMax.prefault(defaults.delivery.retryMax),
  giveUpAfter: deliveryFields.giveUpAfter.prefault(defaults.delivery.giveUpAfter),
});

const email = section({
  to: someOf(text('use an address, like ops@plant.example', emailFault), 'mail addresses')
    // Communication Services: at most 50 recipients in a mail (its service limits).
    .max(50, { error: 'has more than 50 addresses; use a distribution list' })
    .describe('Who gets the mail.'),
});

const webhook = (development: boolean) =>
  section({
    url: text('use an address that begins with https://', (value) =>
      webhookUrlFault(value, development),
    ).describe('Where notices are posted to. https, and a public host, except in local runs.'),
    secret: text('use whsec_ and Base64', signingSecretFault)
      .optional()
      .describe('Signs notices by Standard Webhooks: whsec_ and the Base64 of 24 to 64 random bytes.'),
  });

const receiver = (development: boolean) =>
  section({
    email: email.optional(),
    webhook: webhook(development).optional(),
    fallback: receiverName()
      .optional()
      .describe('The receiver that is told when this one cannot be reached.'),
    fallbackAfter: duration()
      .optional()
      .describe('How long this one is tried before the fallback is told too.'),
    delivery: section(deliveryFields)
      .partial()
      .optional()
      .describe('Where it differs from the general delivery.'),
  }).meta({ oneOf: [{ required: ['email'] }, { required: ['webhook'] }] });

const match = section({
  sites: someOf(siteId(), 'site ids').optional().describe('Ids of sites.'),
  devices: globs().optional().describe('Device ids or globs; one device of the incident is enough.'),
  hubs: someOf(text('use the name of a hub', hubNameFault), 'hub names')
    .optional()
    .describe('Names of hubs.'),
  severity: someOf(oneOf(severities), 'severities').optional().describe('Severities of the incident.'),
});

const route = section({
  match: match.prefault({}).describe('Which incidents it is for; left out or empty: all.'),
  per: oneOf(['site', 'device'])
    .prefault('site')
    .describe('One incident for the site, or one for each device.'),
  to: someOf(receiverName(), 'receivers').describe('Names of receivers.'),
  final: z
    .boolean({ error: expects('true or false', 'use true or false') })
    .prefault(false)
    .describe('Whether later routes are left out for what matched here.'),
});

const sentence = () => text('use a text', nameFault);
const steps = () => someOf(sentence(), 'steps').optional().describe('What to do, in order.');
const codeEntry = section({
  name: sentence().optional(),
  meaning: sentence().optional(),
  steps: steps(),
});
const causeEntry = section({ meaning: sentence().optional(), steps: steps() });
const catalogue = section({
  codes: z
    .record(
      z.string().regex(/^[0-9]{3,6}$/, { error: 'is not an error code; use its digits, like 404104' }),
      codeEntry,
      {
        error: expects('a map', 'use error codes as keys'),
      },
    )
    .prefault({})
    .describe('By error code, like 404104.'),
  causes: section(Object.fromEntries(causes.map((cause) => [cause, causeEntry.optional()])))
    .prefault({})
    .describe('By likely cause.'),
});

/** The shape of the file. What spans several fields is checked by `crossCheck`. */
export const fileSchema = (options: { readonly development: boolean }) =>
  section({
    sites: listOf(site, 'sites').prefault([]).describe('The places that devices belong to.'),
    sitePattern: text('use a regular expression', sitePatternFault)
      .optional()
      .describe(
        'For devices of no listed site: a regular expression on the device id with a group named site.',
      ),
    hubs: listOf(hub, 'hubs')
      .prefault([])
      .describe('Hubs whose count of connected devices is watched for losses that no event tells.'),
    policy: policy.prefault({}).describe('When to believe and when to tell.'),
    overrides: listOf(override, 'overrides').prefault([]),
    receivers: z
      .record(text('use a name', nameFault), receiver(options.development), {
        error: expects('a map', 'use names of receivers as keys'),
      })
      .describe('Who can be told, by name.'),
    routes: listOf(route, 'routes').describe(
      'Who is told of what. Every route that matches applies, in order.',
    ),
    delivery: delivery.prefault({}).describe('How often and how long a notice is tried.'),
    historyDays: count()
      .prefault(defaults.historyDays)
      .describe('For how many days incidents that are over, and notices, are kept.'),
    ops: receiverName()
      .optional()
      .describe('The receiver that is told when a new version of this configuration is refused.'),
    diagnosis: section({
      catalogue: catalogue.prefault({}).describe('Own words and steps, in place of the built-in ones.'),
    }).prefault({}),
  });

/** The file with defaults filled in; durations in milliseconds, percentages from 0 to 1. */
export type ConfigFile = z.output<ReturnType<typeof fileSchema>>;

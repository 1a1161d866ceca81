import { z } from 'zod';
import { causes } from '../diagnosis/diagnosis.ts';
import { severities } from './config.ts';
import { defaults } from './defaults.ts';
import { durationAccepted, durationPattern, formatDuration, parseDuration } from './duration.ts';
import { suggestion } from './nearest.ts';
import { parseShare, shareAccepted, sharePattern } from './share.ts';
import {
  emailFault,
  globFault,
  hubNameFault,
  nameFault,
  signingSecretFault,
  sitePatternFault,
  timeZoneFault,
} from './textFaults.ts';
import { webhookUrlFault } from './webhookUrl.ts';

/** Where the file may also say `${NAME}`, which an editor cannot look up. */
const orSetting = (pattern: string) => `^(${pattern}|.*\\$\\{.*)$`;

/** The messages of one kind of value: for a missing one, and for one of another type. */
const expects = (what: string, accepted: string) => (issue: { readonly input?: unknown }) =>
  issue.input === undefined ? `is missing; ${accepted}` : `is not ${what}; ${accepted}`;

/** A text that `parse` understands; undefined means that it does not. */
function parsed<T>(parse: (text: string) => T | undefined, what: string, accepted: string) {
  return z.string({ error: expects(what, accepted) }).transform((text, context) => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.issues.push({ code: 'custom', message: `is not ${what}; ${accepted}`, input: text });
    return z.NEVER;
  });
}

/** A text in which `faultOf` finds nothing wrong. */
function text(accepted: string, faultOf: (value: string) => string | null) {
  return z.string({ error: expects('a text', accepted) }).superRefine((value, context) => {
    const message = faultOf(value);
    if (message !== null) context.issues.push({ code: 'custom', message, input: value });
  });
}

/** A map with these keys and no others. */
function section<Shape extends z.core.$ZodShape>(shape: Shape) {
  const known = Object.keys(shape);
  const expected = expects('a map', `its keys are ${known.join(', ')}`);
  return z.strictObject(shape, {
    // One line for each key: `findingsOf` takes them apart.
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => `is not a known key; ${suggestion(key, known)}`).join('\n')
        : expected(issue),
  });
}

function listOf<Item extends z.ZodType>(item: Item, what: string) {
  const accepted = `use a list of ${what}`;
  return z.array(item, { error: expects(`a list of ${what}`, accepted) });
}

function someOf<Item extends z.ZodType>(item: Item, what: string) {
  return listOf(item, what).min(1, { error: `is empty; use a list of ${what}, or leave the key out` });
}

const duration = (longestMs = Number.POSITIVE_INFINITY) => {
  const accepted = Number.isFinite(longestMs)
    ? durationAccepted.replace(/to \w+$/, `to ${formatDuration(longestMs)}`)
    : durationAccepted;
  const parse = (written: string) => {
    const durationMs = parseDuration(written);
    return durationMs !== undefined && durationMs <= longestMs ? durationMs : undefined;
  };
  return parsed(parse, Number.isFinite(longestMs) ? 'a duration that fits here' : 'a duration', accepted).meta({
    pattern: orSetting(durationPattern),
  });
};

const share = () => parsed(parseShare, 'a percentage', shareAccepted).meta({ pattern: orSetting(sharePattern) });

const oneOf = <const Value extends string>(values: readonly Value[]) =>
  z.enum(values, { error: expects('known here', `use one of ${values.join(', ')}`) });

const glob = () => text('use a device id or a glob, like oslo-*', globFault);
const globs = () => someOf(glob(), 'device ids or globs, like ["oslo-*"]');
const siteId = () => text('use the id of a site', nameFault);
const receiverName = () => text('use the name of a receiver', nameFault);

/** A notice is diagnosed and sent within one function call, which has five minutes (host.json). */
const withinCallMs = 120_000;

const flappingFields = section({
  window: duration().prefault(defaults.flapping.window).describe('Over which time changes are looked at.'),
  startAt: share().prefault(defaults.flapping.startAt).describe('Share of changes from which a device counts as flapping.'),
  stopAt: share().prefault(defaults.flapping.stopAt).describe('Share of changes below which it is calm again.'),
});

const policyFields = {
  offlineAfter: duration().describe('How long a device is gone before it counts as offline.'),
  recoveredAfter: duration().describe('How long a device is back before it counts as back.'),
  groupWait: duration().describe('How long the first notice of a site waits for others that fell together.'),
  groupInterval: duration().describe('The least time between two updates of one incident to one receiver.'),
  remindEvery: duration().describe('How often a lasting incident is told again.'),
  siteDown: share().describe('Share of a site’s known devices offline from which the incident is critical.'),
  lateEventGrace: duration().describe('How long the counterpart of an event that arrives late is waited for.'),
  flapping: z
    .union([z.literal('off'), z.literal(false), flappingFields], {
      error: expects('a flapping policy', 'use off, or a map with window, startAt and stopAt'),
    })
    .describe('When a device that comes and goes is told as flapping; off: never.'),
  diagnosisBudget: duration(withinCallMs).describe('How long the first notice waits for the diagnostic logs.'),
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
  flapping: policyFields.flapping.prefault({}),
  diagnosisBudget: policyFields.diagnosisBudget.prefault(defaults.policy.diagnosisBudget),
  severity: policyFields.severity.optional(),
});

const override = section({
  devices: globs().optional().describe('The devices that it is for: ids or globs.'),
  sites: someOf(siteId(), 'site ids').optional().describe('The sites that it is for.'),
  policy: section(policyFields).partial().describe('Fields of the policy that differ.'),
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
    // Communication Services: at most 50 recipients in a mail (azure-facts §7.3).
    .max(50, { error: 'has more than 50 addresses; use a distribution list' })
    .describe('Who gets the mail.'),
});

const webhook = (development: boolean) =>
  section({
    url: text('use an address that begins with https://', (value) => webhookUrlFault(value, development)).describe(
      'Where notices are posted to. https, and a public host, except in local runs.',
    ),
    secret: text('use whsec_ and Base64', signingSecretFault)
      .optional()
      .describe('Signs notices by Standard Webhooks: whsec_ and the Base64 of 24 to 64 random bytes.'),
  });

const receiver = (development: boolean) =>
  section({
    email: email.optional(),
    webhook: webhook(development).optional(),
    fallback: receiverName().optional().describe('The receiver that is told when this one cannot be reached.'),
    fallbackAfter: duration().optional().describe('How long this one is tried before the fallback is told too.'),
    delivery: section(deliveryFields).partial().optional().describe('Where it differs from the general delivery.'),
  }).meta({ oneOf: [{ required: ['email'] }, { required: ['webhook'] }] });

const match = section({
  sites: someOf(siteId(), 'site ids').optional().describe('Ids of sites.'),
  devices: globs().optional().describe('Device ids or globs; one device of the incident is enough.'),
  hubs: someOf(text('use the name of a hub', hubNameFault), 'hub names').optional().describe('Names of hubs.'),
  severity: someOf(oneOf(severities), 'severities').optional().describe('Severities of the incident.'),
});

const route = section({
  match: match.prefault({}).describe('Which incidents it is for; left out or empty: all.'),
  per: oneOf(['site', 'device']).prefault('site').describe('One incident for the site, or one for each device.'),
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
    .record(z.string().regex(/^[0-9]{3,6}$/, { error: 'is not an error code; use its digits, like 404104' }), codeEntry, {
      error: expects('a map', 'use error codes as keys'),
    })
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
      .describe('For devices of no listed site: a regular expression on the device id with a group named site.'),
    policy: policy.prefault({}).describe('When to believe and when to tell.'),
    overrides: listOf(override, 'overrides').prefault([]),
    receivers: z
      .record(text('use a name', nameFault), receiver(options.development), {
        error: expects('a map', 'use names of receivers as keys'),
      })
      .describe('Who can be told, by name.'),
    routes: listOf(route, 'routes').describe('Who is told of what. Every route that matches applies, in order.'),
    delivery: delivery.prefault({}).describe('How often and how long a notice is tried.'),
    diagnosis: section({
      catalogue: catalogue.prefault({}).describe('Own words and steps, in place of the built-in ones.'),
    }).prefault({}),
  });

/** The file with defaults filled in; durations in milliseconds, percentages from 0 to 1. */
export type ConfigFile = z.output<ReturnType<typeof fileSchema>>;

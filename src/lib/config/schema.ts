import * as z from 'zod';
import { causes } from '../diagnosis/diagnosis.ts';
import { count, expects, listOf, nameFault, section, someOf, text } from '../fields/fieldTypes.ts';
import { completeSection, completeShape, partialSection, valuesOf } from '../fields/tableSection.ts';
import { webhookUrlFault } from '../notify/channels/webhookUrl.ts';
import { type AddressRules, allowedHostFault } from '../outgoing/addressGuard.ts';
import { hubFields } from '../policy/hubConfig.ts';
import { linkFields } from '../policy/links.ts';
import { policyFields } from '../policy/policyFields.ts';
import { deliveryFields } from '../policy/receiver.ts';
import { selfWatchFields } from '../policy/selfWatch.ts';
import { digestSection } from './digestSection.ts';
import { maintenanceSection } from './maintenanceSection.ts';
import { globs, receiverName, siteId, siteIds } from './names.ts';
import { receiverSection, sharedSections } from './receiverSection.ts';
import { routeSection } from './routeSection.ts';
import { hubResourceIdFault, sitePatternFault, timeZoneFault } from './textFaults.ts';
import { timeIntervalSection } from './timeIntervalSection.ts';

const override = section({
  devices: globs().optional().describe('The devices it applies to: ids or globs.'),
  sites: siteIds().optional().describe('The sites it applies to.'),
  policy: partialSection(policyFields).describe('Fields of the policy that differ.'),
})
  .meta({ anyOf: [{ required: ['devices'] }, { required: ['sites'] }] })
  .describe('A part of the fleet with another policy. The last one that matches wins, field by field.');

const site = section({
  id: siteId().describe('Unique; what routes and overrides name.'),
  name: text('use a text', nameFault).optional().describe('What people call it. The id by default.'),
  timeZone: text('use an IANA name, like Europe/Oslo', timeZoneFault)
    .prefault('UTC')
    .describe('IANA name, for the times in mails.'),
  devices: globs().optional().describe('Device ids or globs; the first site that matches a device wins.'),
});

const hub = section({
  resourceId: text('use the resource id of a hub', hubResourceIdFault).describe('ARM id of the hub.'),
  ...completeShape(hubFields),
}).transform(({ resourceId, ...written }) => ({
  resourceId,
  name: resourceId.split('/').at(-1)!,
  ...valuesOf(hubFields, written),
}));

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

const accessSection = section({
  role: text('use an app role, or the object id of a group', nameFault).describe(
    'An app role or a group of the directory.',
  ),
  sites: siteIds().describe('The sites that who has it may see.'),
}).describe('Who has this role sees these sites, and others only by another entry.');

/** The shape of the file. What spans several fields is checked by `crossCheck`. */
export const fileSchema = (rules: AddressRules) =>
  section({
    sites: listOf(site, 'sites').prefault([]).describe('The places that devices belong to.'),
    sitePattern: text('use a regular expression', sitePatternFault)
      .optional()
      .describe(
        'For devices of no listed site: a regular expression on the device id with a group named site.',
      ),
    hubs: listOf(hub, 'hubs')
      .prefault([])
      .describe('Hubs whose count of connected devices is watched for losses that no event explains.'),
    policy: completeSection(policyFields).prefault({}).describe('When to believe and when to tell.'),
    overrides: listOf(override, 'overrides').prefault([]),
    receivers: z
      .record(text('use a name', nameFault), receiverSection(rules), {
        error: expects('a map', 'use names of receivers as keys'),
      })
      .describe('Who can be told, by name.'),
    ...sharedSections(rules),
    timeIntervals: z
      .record(text('use a name', nameFault), timeIntervalSection, {
        error: expects('a map', 'use names of time intervals as keys'),
      })
      .prefault({})
      .describe('Recurring local times, by name, for routes and maintenance.'),
    maintenance: listOf(maintenanceSection, 'windows')
      .prefault([])
      .describe('Planned work, at one time or recurring.'),
    routes: listOf(routeSection, 'routes').describe(
      'Who is told of what. Every route that matches applies, in order.',
    ),
    digest: listOf(digestSection, 'digests').prefault([]).describe('What is told at the change of shift.'),
    delivery: completeSection(deliveryFields)
      .prefault({})
      .describe('How often and how long a notice is tried.'),
    historyDays: count().prefault(90).describe('How many days closed incidents and their notices are kept.'),
    ops: receiverName()
      .optional()
      .describe(
        'The receiver that is told about the responder itself: a refused configuration, a time in which it was blind, a receiver that fails.',
      ),
    selfWatch: section({
      heartbeatUrl: text('use an address that begins with https://', (url) => webhookUrlFault(url, rules))
        .optional()
        .describe(
          'Called once a minute while everything due has been handled. A monitor that misses it raises the alarm.',
        ),
      ...completeShape(selfWatchFields),
    })
      .prefault({ blindAfter: selfWatchFields.blindAfter.default })
      .describe('How the responder watches itself.'),
    access: listOf(accessSection, 'limits')
      .prefault([])
      .describe('Roles and groups of people that see some sites alone.'),
    links: completeSection(linkFields).prefault({}).describe('The links in notices.'),
    allowHosts: listOf(text('use a host name or address', allowedHostFault), 'host names or addresses')
      .prefault([])
      .describe('Hosts inside a private network that receivers may use. They still need https.'),
    diagnosis: section({
      catalogue: catalogue.prefault({}).describe('Your own words and steps, in place of the built-in ones.'),
    }).prefault({}),
  });

/** The file with defaults filled in, in the product's own terms as far as one field tells. */
export type ConfigFile = z.output<ReturnType<typeof fileSchema>>;

/** The JSON Schema of the file, for editors. */
export function jsonSchema(): object {
  return {
    ...z.toJSONSchema(fileSchema({ development: false, allowHosts: [] }), {
      io: 'input',
      target: 'draft-07',
    }),
    title: 'IoT Hub disconnect responder',
    description: 'Which devices belong where, when to believe that they are offline, and who is told.',
  };
}

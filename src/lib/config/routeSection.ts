import { causes } from '../diagnosis/diagnosis.ts';
import { duration, nameFault, oneOf, section, someOf, text, yesNo } from '../fields/fieldTypes.ts';
import { severities } from '../policy/policy.ts';
import { routeReasons } from '../policy/route.ts';
import { globs, hubNames, receiverName, siteIds } from './names.ts';

const match = section({
  sites: siteIds().optional().describe('Ids of sites.'),
  devices: globs().optional().describe('Device ids or globs; one device of the incident is enough.'),
  hubs: hubNames().optional().describe('Names of hubs.'),
  severity: someOf(oneOf(severities), 'severities').optional().describe('Severities of the incident.'),
  cause: someOf(oneOf(causes), 'causes')
    .optional()
    .describe('Likely causes; compared once the logs have answered, or diagnosisBudget is over.'),
  reason: someOf(oneOf(routeReasons), 'reasons')
    .optional()
    .describe('outageBegan: a device is offline. flappingBegan: all that is wrong is flapping.'),
});

const receivers = () => someOf(receiverName(), 'receivers');
const intervalNames = () =>
  someOf(text('use the name of a time interval', nameFault), 'names of time intervals').optional();

const step = section({
  after: duration().describe("Counted from the first attempt to tell one of the route's own receivers."),
  to: receivers().describe('Names of receivers.'),
});

/** A route. What names receivers and intervals is checked by `crossCheck`. */
export const routeSection = section({
  match: match.prefault({}).describe('Which incidents it is for. All by default.'),
  per: oneOf(['site', 'device'])
    .prefault('site')
    .describe('One incident for the site, or one for each device.'),
  to: receivers().describe('Names of receivers.'),
  final: yesNo().prefault(false).describe('true: later routes do not see what matched here.'),
  remindEvery: duration().optional().describe('How often it reminds, in place of the policy.'),
  muteDuring: intervalNames().describe(
    'It begins nothing while one of these time intervals runs; what is still true at the end is told then.',
  ),
  activeDuring: intervalNames().describe('It begins nothing while none of these time intervals runs.'),
  muteBelow: oneOf(severities)
    .optional()
    .describe('From this severity on it is told at once, also in muted times.'),
  escalate: someOf(step, 'steps')
    .optional()
    .describe('Who else is told while it goes on and nobody has acknowledged it, in the order of time.'),
});

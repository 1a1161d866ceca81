import { type LocalTime, parseLocalTime } from '../control/localTime.ts';
import { windowFields } from '../control/plannedWindow.ts';
import { nameFault, orSetting, section, someOf, text } from '../fields/fieldTypes.ts';
import { completeShape } from '../fields/tableSection.ts';
import { globs, hubNames, siteIds } from './names.ts';
import { timeZoneFault } from './textFaults.ts';

const localTimeAccepted = 'use a local time, like 2026-12-05T06:00, without seconds or an offset';

const localTime = () =>
  text(localTimeAccepted, (written) =>
    parseLocalTime(written) === undefined ? `is not a local time; ${localTimeAccepted}` : null,
  )
    .meta({ pattern: orSetting('[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}') })
    .transform((written): LocalTime => parseLocalTime(written)!);

/** Which devices a window is for. That one key is there is checked by `crossCheck`. */
const match = section({
  hubs: hubNames().optional().describe('Names of hubs.'),
  sites: siteIds().optional().describe('Ids of sites.'),
  devices: globs().optional().describe('Device ids or globs; a module goes with its device.'),
}).meta({ minProperties: 1 });

/** Planned work: at one time, or whenever an interval runs. That it is one of them is checked by `crossCheck`. */
export const maintenanceSection = section({
  name: text('use a text', nameFault).describe('What people call it.'),
  match: match.describe('Which devices it is for: all keys must fit.'),
  during: someOf(text('use the name of a time interval', nameFault), 'names of time intervals')
    .optional()
    .describe('It takes place while one of these time intervals runs.'),
  from: localTime().optional().describe('Local time at which it begins, once.'),
  until: localTime().optional().describe('Local time at which it ends.'),
  timeZone: text('use an IANA name, like Europe/Oslo', timeZoneFault)
    .optional()
    .describe('IANA name, for from and until.'),
  ...completeShape(windowFields),
})
  .meta({ oneOf: [{ required: ['during'] }, { required: ['from', 'until', 'timeZone'] }] })
  .describe('Nothing about these devices begins to be told meanwhile. What is not back afterwards is told.');

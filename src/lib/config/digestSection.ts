import { orSetting, section, someOf, text } from '../fields/fieldTypes.ts';
import { receiverName, siteIds } from './names.ts';

const timeForm = /^([01]\d|2[0-3]):([0-5]\d)$/;
const timeAccepted = 'use HH:MM, like 06:00';

const timeOfDay = text(timeAccepted, (written) =>
  timeForm.test(written) ? null : `is not a time of day; ${timeAccepted}`,
)
  .meta({ pattern: orSetting('[0-2][0-9]:[0-5][0-9]') })
  .transform((written) => {
    const [, hours, minutes] = timeForm.exec(written)!;
    return Number(hours) * 60 + Number(minutes);
  });

/** A mail at each change of shift. What names sites and receivers is checked by `crossCheck`. */
export const digestSection = section({
  sites: siteIds().describe('Ids of sites.'),
  at: someOf(timeOfDay, 'times like 06:00').describe("When the shifts change, by the site's clock."),
  to: someOf(receiverName(), 'receivers').describe('Names of receivers.'),
}).describe('At each change of shift these receivers are told how the sites stand.');

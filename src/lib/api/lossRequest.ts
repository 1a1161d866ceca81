import { parseLocalTime } from '../control/localTime.ts';
import { instantAt } from '../control/temporal.ts';
import { causes } from '../diagnosis/diagnosis.ts';
import { placeOf } from '../directory/placeOf.ts';
import { nameFault, oneOf, section, text } from '../fields/fieldTypes.ts';
import type { Loss } from '../policy/outlook.ts';
import { devicePolicy } from '../policy/policyFor.ts';
import { routeReasons } from '../policy/route.ts';
import type { Rules } from '../policy/rules.ts';
import { severities } from '../policy/severity.ts';

const timeAccepted =
  'use 2026-03-04T22:15 (local time of the site), or one with an offset, like 2026-03-04T22:15+01:00';

/** A loss of one device that somebody asks about. */
export const lossRequest = section({
  device: text('use the id of a device', nameFault).describe('The device that is lost.'),
  hub: text('use the name of a hub', nameFault)
    .optional()
    .describe('Its hub. The only one of the rules by default.'),
  severity: oneOf(severities).optional().describe('That of one device by default.'),
  cause: oneOf(causes).prefault('unknown').describe('The likely cause.'),
  reason: oneOf(routeReasons).prefault('outageBegan').describe('Whether it is offline, or flaps.'),
  at: text(timeAccepted, (written) =>
    instantOf(written, 'UTC') === null ? `is not a time; ${timeAccepted}` : null,
  )
    .optional()
    .describe('When the first notice is due. Now by default.'),
});

export const lossParameters: readonly string[] = Object.keys(lossRequest.shape);

/** What is asked, by the rules: the only hub, and the severity of one device, where none is named. */
export function lossOf(asked: ReturnType<typeof lossRequest.parse>, rules: Rules, nowMs: number): Loss {
  const { device: deviceId, hub, severity, cause, reason, at } = asked;
  const site = placeOf(rules, deviceId);
  const usual = reason === 'flappingBegan' ? 'info' : 'warning';
  return {
    hub: hub ?? (rules.hubs.length === 1 ? rules.hubs[0]!.name : ''),
    site,
    deviceId,
    severity: severity ?? devicePolicy(rules, site, deviceId).severity ?? usual,
    cause,
    reason,
    dueAtMs: at === undefined ? nowMs : (instantOf(at, site.timeZone) ?? nowMs),
  };
}

/** An instant with its offset, or a local time of the zone; seconds may be left out. null: neither. */
function instantOf(written: string, timeZone: string): number | null {
  const [, minutes = '', seconds = '0', offset] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::(\d\d(?:\.\d{1,3})?))?(Z|[+-]\d\d:\d\d)?$/.exec(written) ?? [];
  const local = parseLocalTime(minutes);
  if (local === undefined || Number(seconds) >= 60) return null;
  const fullMinute =
    offset === undefined ? instantAt(timeZone, local, 'first') : Date.parse(`${minutes}${offset}`);
  return Number.isNaN(fullMinute) ? null : fullMinute + Number(seconds) * 1_000;
}

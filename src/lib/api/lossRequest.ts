import { causes } from '../diagnosis/diagnosis.ts';
import { placeOf } from '../directory/placeOf.ts';
import { nameFault, oneOf, section, text } from '../fields/fieldTypes.ts';
import type { Loss } from '../policy/outlook.ts';
import { devicePolicy } from '../policy/policyFor.ts';
import { routeReasons } from '../policy/route.ts';
import type { Rules } from '../policy/rules.ts';
import { severities } from '../policy/severity.ts';
import { instantOf } from './writtenTime.ts';

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

import { parseLocalTime } from '../../src/lib/control/localTime.ts';
import { instantAt } from '../../src/lib/control/temporal.ts';
import { type Cause, causes } from '../../src/lib/diagnosis/diagnosis.ts';
import { placeOf } from '../../src/lib/directory/placeOf.ts';
import { suggestion } from '../../src/lib/fields/nearest.ts';
import type { Loss } from '../../src/lib/policy/outlook.ts';
import { devicePolicy } from '../../src/lib/policy/policyFor.ts';
import { type RouteReason, routeReasons } from '../../src/lib/policy/route.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import { type Severity, severities } from '../../src/lib/policy/severity.ts';

/** The options, as they were given. */
export type Question = {
  readonly device: string;
  readonly hub: string | undefined;
  readonly severity: Severity | undefined;
  readonly cause: Cause;
  readonly reason: RouteReason;
  readonly at: string | undefined;
};

type Options = Readonly<Record<string, string | boolean | undefined>>;

/** @returns what is asked, or what is wrong with it */
export function readQuestion(options: Options): Question | string {
  const device = text(options.device);
  if (device === undefined) return '--device is missing: name the device that is lost';
  const severity = choice('severity', options.severity, severities);
  const cause = choice('cause', options.cause, causes);
  const reason = choice('reason', options.reason, routeReasons);
  const at = text(options.at);
  for (const read of [severity, cause, reason]) if (read.fault !== null) return read.fault;
  if (at !== undefined && instantOf(at, 'UTC') === null) {
    return `--at ${at} is not a time: use 2026-03-04T22:15 (local time of the site), or with an offset like +01:00 or Z`;
  }
  return {
    device,
    hub: text(options.hub),
    severity: severity.value,
    cause: cause.value ?? 'unknown',
    reason: reason.value ?? 'outageBegan',
    at,
  };
}

function text(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function choice<const Value extends string>(
  name: string,
  written: string | boolean | undefined,
  known: readonly Value[],
): { readonly value: Value | undefined; readonly fault: string | null } {
  const value = known.find((each) => each === written);
  const fault =
    written === undefined || value !== undefined
      ? null
      : `--${name} ${written} is not known; ${suggestion(String(written), known)}`;
  return { value, fault };
}

/** The question by the rules: the file's only hub and the severity of one device where none is named. */
export function lossOf(question: Question, rules: Rules, nowMs: number): Loss {
  const { device: deviceId, hub, severity, cause, reason, at } = question;
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

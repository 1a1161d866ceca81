import { matchesAny } from '../directory/glob.ts';
import type { Site } from '../directory/placeOf.ts';
import type { Override, Policy } from './policy.ts';
import type { Rules } from './rules.ts';

/** The policy of one device: of the overrides that match, the last wins, field by field. */
export function devicePolicy(rules: Rules, site: Site, deviceId: string): Policy {
  return policyWith(rules, (override) => isForSite(override, site) && isForDevice(override, deviceId));
}

/** The policy of a site as a whole; overrides that name devices change it only when the device is its own site. */
export function sitePolicy(rules: Rules, site: Site): Policy {
  if (site.kind !== 'site') return devicePolicy(rules, site, site.id);
  return policyWith(rules, (override) => override.devices === null && isForSite(override, site));
}

/** A hub as a whole: its level was watched for longer than a hold, with a hysteresis of its own, and it is alone. */
export function hubPolicy({ policy }: Rules): Policy {
  return {
    ...policy,
    groupWaitMs: 0,
    lateEventGraceMs: 0,
    flapping: null,
    severity: policy.severity ?? 'critical',
  };
}

function isForSite({ sites }: Override, site: Site): boolean {
  return sites === null || (site.kind === 'site' && sites.includes(site.id));
}

function isForDevice({ devices }: Override, deviceId: string): boolean {
  return devices === null || matchesAny(devices, deviceId);
}

/** A fleet has few different policies: one object for each combination of overrides. */
const policies = new WeakMap<Rules, Map<string, Policy>>();

function policyWith(rules: Rules, applies: (override: Override) => boolean): Policy {
  const applied = rules.overrides.filter(applies);
  if (applied.length === 0) return rules.policy;
  const known = policies.get(rules) ?? new Map<string, Policy>();
  policies.set(rules, known);
  const combination = applied.map((override) => rules.overrides.indexOf(override)).join();
  let policy = known.get(combination);
  if (!policy) {
    policy = Object.assign({}, rules.policy, ...applied.map((override) => override.policy)) as Policy;
    known.set(combination, policy);
  }
  return policy;
}

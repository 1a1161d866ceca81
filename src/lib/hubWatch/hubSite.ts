import type { Site } from '../directory/placeOf.ts';
import type { HubConfig } from '../policy/hubConfig.ts';
import type { Rules } from '../policy/rules.ts';

/** A hub as a whole; hubs compare without case, the name is as the configuration has it. */
export function hubSite(rules: Rules, hubName: string): Site {
  return {
    kind: 'hub',
    id: hubName.toLowerCase(),
    name: watchedHub(rules, hubName)?.name ?? hubName,
    timeZone: 'UTC',
  };
}

/** The hub's entry among the `hubs` of the configuration; undefined: it is not watched. */
export function watchedHub(rules: Rules, hubName: string): HubConfig | undefined {
  return rules.hubs.find(({ name }) => name.toLowerCase() === hubName.toLowerCase());
}

import type { HubConfig } from './hubConfig.ts';
import type { Rules } from './rules.ts';

/** The hub's entry among the `hubs` of the rules, compared without case; undefined: it is not watched. */
export function watchedHub({ hubs }: Pick<Rules, 'hubs'>, hubName: string): HubConfig | undefined {
  return hubs.find(({ name }) => name.toLowerCase() === hubName.toLowerCase());
}

import type { Rules } from '../../policy/rules.ts';
import { compareRoutes } from './compareRoutes.ts';
import { compareValues } from './compareValues.ts';

/**
 * What another configuration changes, a line each: first who would be told differently by its routes, then every
 * other value. None: it means the same. Values that may be secret are named and not shown.
 */
export function compareConfigs(before: Rules, after: Rules): string[] {
  return [...compareRoutes(before, after), ...compareValues(before, after)];
}

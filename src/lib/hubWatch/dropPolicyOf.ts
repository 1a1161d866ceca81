import type { HubConfig } from '../policy/hubConfig.ts';
import type { Rules } from '../policy/rules.ts';
import type { DropPolicy } from './decideLevel.ts';

/** Events reach us up to this much later than the metric shows the same loss. */
const eventsLateMs = 2 * 60_000;

/** Devices with a longer hold than this must not keep a drop from being told. */
const longestHoldMs = 60 * 60_000;

/** When a drop of this hub is told: after the longest hold, so that the sites have counted what fell. */
export function dropPolicyOf(config: Rules, { dropShare, dropAtLeast }: HubConfig): DropPolicy {
  const holds = [config.policy, ...config.overrides.map(({ policy }) => policy)];
  const holdMs = Math.max(...holds.map(({ offlineAfterMs }) => offlineAfterMs ?? 0));
  return { dropShare, dropAtLeast, confirmAfterMs: Math.min(holdMs, longestHoldMs) + eventsLateMs };
}

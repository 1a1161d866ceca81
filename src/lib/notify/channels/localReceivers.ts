import type { Installation } from './channelKind.ts';

/**
 * Where the local cloud stands in for PagerDuty, Slack and so on, without a slash at the end; null: they are called as
 * configured. `npm start` sets `LOCAL_RECEIVERS` to its own address unless it is `off`; anything but an address of this
 * machine counts as off.
 */
export function localReceivers({ setting }: Pick<Installation, 'setting'>): string | null {
  const address = setting('LOCAL_RECEIVERS');
  return address !== null && /^http:\/\/(127\.0\.0\.1|localhost):\d+$/.test(address) ? address : null;
}

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

/** Where the local cloud stands in for topics of Event Grid, which get tokens and so need TLS; null: nowhere. */
export function localTopics(installation: Pick<Installation, 'setting'>): string | null {
  if (localReceivers(installation) === null) return null;
  const address = installation.setting('LOCAL_TOPICS');
  return address !== null && /^https:\/\/127\.0\.0\.1:\d+$/.test(address) ? address : null;
}

/** The port on this machine where the local cloud stands in for mail servers; null: nowhere. */
export function localMailPort(installation: Pick<Installation, 'setting'>): number | null {
  if (localReceivers(installation) === null) return null;
  const port = Number(installation.setting('LOCAL_SMTP_PORT') ?? 0);
  return Number.isInteger(port) && port > 0 ? port : null;
}

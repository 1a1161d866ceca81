import { createHash } from 'node:crypto';
import type { ChannelKind } from '../channelKind.ts';
import { openPagerDuty } from './send.ts';
import { type PagerDutySettings, pagerDutySection } from './settings.ts';

const keyFor = (setting: string) => createHash('sha256').update(setting).digest('hex').slice(0, 32);

/** Alerts in PagerDuty by its Events API v2. */
export const pagerduty: ChannelKind<PagerDutySettings> = {
  kind: 'pagerduty',
  section: pagerDutySection,
  plainFields: [],
  standIns: { routingKey: keyFor, formerKeys: keyFor, url: (_, host) => `https://${host}` },
  merges: () => false,
  changesInPlace: () => true,
  open: openPagerDuty,
};

import { listOf, oneOf, section, text } from '../../../fields/fieldTypes.ts';
import type { AddressRules } from '../../../outgoing/addressGuard.ts';
import { webhookUrlFault } from '../webhookUrl.ts';

export type PagerDutySettings = {
  readonly kind: 'pagerduty';
  readonly routingKey: string;
  /** Keys that alerts which are still open may have been opened with. */
  readonly formerKeys: readonly string[];
  /** Where events are posted to. */
  readonly url: string;
};

/** Service regions (support.pagerduty.com, "Service Regions"). */
const addresses = {
  us: 'https://events.pagerduty.com/v2/enqueue',
  eu: 'https://events.eu.pagerduty.com/v2/enqueue',
} as const;

export function pagerDutySection(rules: AddressRules) {
  const key = () => text('use the integration key of an Events API v2 integration', keyFault);
  return section({
    routingKey: key().describe('The integration key of an Events API v2 integration: 32 letters and digits.'),
    formerKeys: listOf(key(), 'integration keys')
      .prefault([])
      .describe('Keys used before: what they opened is updated and closed with them.'),
    region: oneOf(['us', 'eu']).prefault('us').describe('The service region of the account.'),
    url: text('use an address that begins with https://', (url) => webhookUrlFault(url, rules))
      .optional()
      .describe('Where events are posted to, in place of the address of the region.'),
  }).transform(
    ({ routingKey, formerKeys, region, url }): PagerDutySettings => ({
      kind: 'pagerduty',
      routingKey,
      formerKeys,
      url: url ?? addresses[region],
    }),
  );
}

function keyFault(text: string): string | null {
  return /^[\x21-\x7e]{1,64}$/.test(text)
    ? null
    : 'is not an integration key; copy it from the integration: 32 letters and digits';
}

import { oneOf, section, text } from '../../../fields/fieldTypes.ts';
import { type AddressRules, isListedHost } from '../../../outgoing/addressGuard.ts';
import { webhookUrlFault } from '../webhookUrl.ts';
import type { Envelope } from './request.ts';

export type TeamsSettings = {
  readonly kind: 'teams';
  /** Holds the key of the flow. */
  readonly webhookUrl: string;
  readonly envelope: Envelope;
};

export function teamsSection(rules: AddressRules) {
  return section({
    webhookUrl: text('use the address of a flow', (url) => teamsUrlFault(url, rules)).describe(
      'The address of a flow with the trigger "When a Teams webhook request is received".',
    ),
    envelope: oneOf(['message', 'card'])
      .prefault('message')
      .describe('What the flow takes: a message that holds the card, or the card alone.'),
  }).transform(({ webhookUrl, envelope }): TeamsSettings => ({ kind: 'teams', webhookUrl, envelope }));
}

/** Where flows have their addresses since the end of 2025 (Power Automate's page on changed trigger addresses). */
const flowHosts = '.environment.api.powerplatform.com';

const newFlow = `make a flow with the template "Send webhook alerts to a channel" in Teams, and use its address (…${flowHosts})`;

/** Addresses that nobody answers any more, and what to do about each. */
const retired: readonly { readonly host: RegExp; readonly fault: string }[] = [
  {
    host: /(^|\.)webhook\.office(365)?\.com$|^outlook\.office(365)?\.com$/,
    fault: `is an Office 365 connector, which Microsoft switched off in May 2026; ${newFlow}`,
  },
  {
    host: /(^|\.)logic\.azure\.com$/,
    fault: `is an address of flows that stopped working on 30 November 2025; open the flow in Power Automate, copy the new address of its trigger (…${flowHosts}) and use that`,
  },
];

/** What is wrong with the address of a Teams flow, in words that follow it; null: nothing. */
export function teamsUrlFault(url: string, rules: AddressRules): string | null {
  const host = URL.parse(url)?.hostname.replace(/\.$/, '') ?? '';
  const old = retired.find((each) => each.host.test(host));
  if (old) return old.fault;
  const fault = webhookUrlFault(url, rules);
  if (fault !== null || rules.development) return fault;
  if (host.endsWith(flowHosts) || isListedHost(host, rules)) return null;
  return `is not the address of a Teams flow; use one at …${flowHosts}, or name this host in allowHosts`;
}

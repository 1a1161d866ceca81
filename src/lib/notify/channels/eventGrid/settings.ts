import { section, text } from '../../../fields/fieldTypes.ts';
import type { AddressRules } from '../../../outgoing/addressGuard.ts';
import { webhookUrlFault } from '../webhookUrl.ts';

export type EventGridSettings = { readonly kind: 'eventGrid'; readonly endpoint: string };

export function eventGridSection(rules: AddressRules) {
  return section({
    endpoint: text('use the endpoint of a topic', (url) => endpointFault(url, rules)).describe(
      "The endpoint of a custom topic that takes CloudEvents: https://….eventgrid.azure.net/api/events. The app's identity sends to it.",
    ),
  }).transform(({ endpoint }): EventGridSettings => ({ kind: 'eventGrid', endpoint }));
}

/** What is wrong with the endpoint of a topic, in words that follow it; null: nothing. */
export function endpointFault(text: string, rules: AddressRules): string | null {
  const url = URL.parse(text);
  if (url?.protocol === 'http:') {
    return 'is not encrypted, and tokens are not sent without; use https://, also in local runs';
  }
  if (url?.protocol !== 'https:') {
    return 'is not the endpoint of a topic; use one like https://….eventgrid.azure.net/api/events';
  }
  return webhookUrlFault(text, rules);
}

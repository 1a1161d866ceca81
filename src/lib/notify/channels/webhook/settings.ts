import { section, text } from '../../../fields/fieldTypes.ts';
import type { AddressRules } from '../../../outgoing/addressGuard.ts';
import { webhookUrlFault } from '../webhookUrl.ts';

export type WebhookSettings = {
  readonly kind: 'webhook';
  readonly url: string;
  /** `whsec_` + Base64; null: unsigned. */
  readonly secret: string | null;
};

export function webhookSection(rules: AddressRules) {
  return section({
    url: text('use an address that begins with https://', (url) => webhookUrlFault(url, rules)).describe(
      'Where notices are posted. https and a public host, except in local runs.',
    ),
    secret: text('use whsec_ and Base64', signingSecretFault)
      .optional()
      .describe('Signs notices by Standard Webhooks: whsec_ and the Base64 of 24 to 64 random bytes.'),
  }).transform(({ url, secret = null }): WebhookSettings => ({ kind: 'webhook', url, secret }));
}

/** Secrets as the Standard Webhooks specification has them. */
function signingSecretFault(text: string): string | null {
  const bytes = Buffer.from(text.replace(/^whsec_/, ''), 'base64');
  const isSecret = text === `whsec_${bytes.toString('base64')}` && bytes.length >= 24 && bytes.length <= 64;
  return isSecret ? null : 'is not a signing secret; use whsec_ and the Base64 of 24 to 64 random bytes';
}

import { createHash } from 'node:crypto';
import type { ChannelKind } from '../channelKind.ts';
import { openWebhook } from './send.ts';
import { type WebhookSettings, webhookSection } from './settings.ts';

/** Signed posts by Standard Webhooks. */
export const webhook: ChannelKind<WebhookSettings> = {
  kind: 'webhook',
  section: webhookSection,
  plainFields: [],
  standIns: { url: (_, host) => `https://${host}`, secret: secretFor, secrets: secretFor },
  merges: () => true,
  open: openWebhook,
};

function secretFor(setting: string): string {
  return `whsec_${createHash('sha256').update(setting).digest('base64')}`;
}

import type { ChannelKind } from '../channelKind.ts';
import { openEmail } from './send.ts';
import { sendingRates } from './sendingRates.ts';
import { type EmailSettings, emailSection } from './settings.ts';

/** Mails by Azure Communication Services. */
export const email: ChannelKind<EmailSettings> = {
  kind: 'email',
  section: emailSection,
  plainFields: ['to'],
  standIns: { to: (_, host) => `setting@${host}` },
  merges: () => true,
  sharedLimit: ({ to }, { setting }) => ({
    name: 'Communication Services',
    rates: sendingRates(setting('EMAIL_SENDER')),
    weight: to.length,
  }),
  open: openEmail,
};

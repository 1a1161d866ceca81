import type { ChannelKind } from '../channelKind.ts';
import { openEmail } from './send.ts';
import { type EmailSettings, emailSection } from './settings.ts';

/** Mails by Azure Communication Services. */
export const email: ChannelKind<EmailSettings> = {
  kind: 'email',
  section: emailSection,
  plainFields: ['to'],
  standIns: { to: (_, host) => `setting@${host}` },
  open: openEmail,
};

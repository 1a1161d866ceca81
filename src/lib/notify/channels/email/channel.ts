import type { ChannelKind } from '../channelKind.ts';
import { openAcs } from './send.ts';
import { sendingRates } from './sendingRates.ts';
import { type EmailSettings, emailSection, sharedEmail } from './settings.ts';
import { openSmtp } from './smtp/send.ts';

/** Mails by Azure Communication Services, or by a mail server. */
export const email: ChannelKind<EmailSettings> = {
  kind: 'email',
  section: emailSection,
  shared: sharedEmail,
  plainFields: ['to', 'via'],
  standIns: { to: (_, host) => `setting@${host}` },
  merges: () => true,
  sharedLimit: ({ to, via }, { setting }) =>
    via === 'smtp'
      ? null
      : {
          name: 'Communication Services',
          rates: sendingRates(setting('EMAIL_SENDER')),
          weight: to.length,
        },
  open(installation) {
    const [acs, smtp] = [openAcs(installation), openSmtp(installation)];
    return {
      send: (message, receiver, nowMs, handle = null) =>
        receiver.channel.via === 'smtp'
          ? smtp.send(message, receiver, nowMs, handle)
          : acs.send(message, receiver, nowMs),
    };
  },
};

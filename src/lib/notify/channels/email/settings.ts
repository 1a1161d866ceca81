import * as z from 'zod';
import { oneOf, section, someOf, text } from '../../../fields/fieldTypes.ts';
import type { AddressRules } from '../../../outgoing/addressGuard.ts';
import type { SharedSection } from '../channelKind.ts';
import { type MailServer, mailServerSection } from './smtp/server.ts';

export type EmailSettings = {
  readonly kind: 'email';
  readonly to: readonly string[];
  readonly via: (typeof ways)[number];
  /** The mail server for `smtp`, joined from what all receivers of mail share; null: none is needed. */
  readonly server: MailServer | null;
};

/** Which way a mail goes: by Azure Communication Services, or by a mail server. */
const ways = ['acs', 'smtp'] as const;

export function emailSection() {
  return section({
    to: someOf(text('use an address, like ops@plant.example', addressFault), 'mail addresses')
      // Communication Services: at most 50 recipients in a mail (its service limits).
      .max(50, { error: 'has more than 50 addresses; use a distribution list' })
      .describe('Who gets the mail.'),
    via: oneOf(ways)
      .prefault('acs')
      .describe('acs: by Azure Communication Services; smtp: by the mail server of email.smtp.'),
  }).transform(({ to, via }): EmailSettings => ({ kind: 'email', to, via, server: null }));
}

type Shared = { readonly smtp?: MailServer | undefined };

/** `email` at the top of the file. */
export const sharedEmail: SharedSection<EmailSettings> = {
  section: (rules: AddressRules) =>
    section({
      smtp: mailServerSection(rules).optional().describe('The mail server for via: smtp.'),
    }).describe('What receivers of mail share.'),
  plainFields: ['host', 'port', 'tls'],
  lack(receiver, shared) {
    const asks = fieldsOf(receiver).via === 'smtp' && fieldsOf(shared).smtp === undefined;
    return asks ? { field: 'via', message: 'needs a mail server; name one in email.smtp' } : null;
  },
  join(settings, shared) {
    const server = (shared as Shared | undefined)?.smtp ?? null;
    return settings.via === 'smtp' ? { ...settings, server } : settings;
  },
};

function fieldsOf(value: unknown): { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null ? (value as { [field: string]: unknown }) : {};
}

function addressFault(text: string): string | null {
  return z.email().safeParse(text).success ? null : 'is not a mail address; use one like ops@plant.example';
}

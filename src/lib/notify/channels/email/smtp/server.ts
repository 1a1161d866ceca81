import * as z from 'zod';
import { expects, oneOf, section, text } from '../../../../fields/fieldTypes.ts';
import {
  type AddressRules,
  allowedHostFault,
  isAllowedHost,
  isLoopbackHost,
} from '../../../../outgoing/addressGuard.ts';

/** How a connection to a mail server is encrypted: by STARTTLS, from its first byte on, or not at all. */
export type MailEncryption = 'starttls' | 'implicit' | 'none';

/** A mail server that takes mails from users (RFC 6409). */
export type MailServer = {
  readonly host: string;
  readonly port: number;
  readonly tls: MailEncryption;
  /** null: it asks for none. */
  readonly login: { readonly user: string; readonly password: string } | null;
};

/** The ports by their use (RFC 8314 §3, RFC 5321 §4.5.4.2). */
const ports: Readonly<Record<MailEncryption, number>> = { starttls: 587, implicit: 465, none: 25 };

const port = () =>
  z
    .int({ error: expects('a port', 'use a number from 1 to 65535, like 587') })
    .min(1, { error: 'is no port; use a number from 1 to 65535, like 587' })
    .max(65_535, { error: 'is no port; use a number from 1 to 65535, like 587' });

const filled = (what: string) =>
  text(`use the ${what}`, (value) => (value === '' ? `is empty; use the ${what}` : null));

/** `email.smtp`: the mail server of all receivers that are reached by SMTP. */
export function mailServerSection(rules: AddressRules) {
  return section({
    host: text('use the name of a mail server', (host) => hostFault(host, rules)).describe(
      'The mail server: a public host, or one that allowHosts names, except in local runs.',
    ),
    port: port().optional().describe('587 if left out, 465 with tls: implicit, 25 with tls: none.'),
    tls: oneOf(['starttls', 'implicit', 'none'])
      .optional()
      .describe('starttls if left out, implicit on port 465. none is for a server on this machine alone.'),
    user: filled('name of the user').optional().describe('Who logs in; left out: nobody does.'),
    password: filled('password').optional().describe('Beside user.'),
  })
    .superRefine((written, context) => {
      for (const { field, message } of serverFaults(written)) {
        context.addIssue({ code: 'custom', path: [field], message, input: written[field] });
      }
    })
    .transform(({ host, port, tls, user, password }): MailServer => {
      const encryption = tls ?? (port === ports.implicit ? 'implicit' : 'starttls');
      const login = user === undefined || password === undefined ? null : { user, password };
      return { host, port: port ?? ports[encryption], tls: encryption, login };
    });
}

type Written = {
  readonly host: string;
  readonly tls?: MailEncryption | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
};

function* serverFaults({ host, tls, user, password }: Written) {
  if (tls === 'none' && !isLoopbackHost(host)) {
    const message =
      'sends mails and the password in the clear; use starttls or implicit (none is for localhost)';
    yield { field: 'tls', message } as const;
  }
  if (user !== undefined && password === undefined) {
    yield { field: 'user', message: 'has no password beside it; add one, or leave user out' } as const;
  }
  if (user === undefined && password !== undefined) {
    yield { field: 'password', message: 'has no user beside it; add one, or leave password out' } as const;
  }
}

function hostFault(host: string, rules: AddressRules): string | null {
  if (allowedHostFault(host) !== null) {
    return 'is not a host; use a bare name or address, like mail.plant.example';
  }
  return isAllowedHost(host, rules)
    ? null
    : 'points into a private network or at this machine; use a public host, or name this one in allowHosts';
}

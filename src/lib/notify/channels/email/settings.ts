import { z } from 'zod';
import { section, someOf, text } from '../../../fields/fieldTypes.ts';

export type EmailSettings = { readonly kind: 'email'; readonly to: readonly string[] };

export function emailSection() {
  return section({
    to: someOf(text('use an address, like ops@plant.example', addressFault), 'mail addresses')
      // Communication Services: at most 50 recipients in a mail (its service limits).
      .max(50, { error: 'has more than 50 addresses; use a distribution list' })
      .describe('Who gets the mail.'),
  }).transform(({ to }): EmailSettings => ({ kind: 'email', to }));
}

function addressFault(text: string): string | null {
  return z.email().safeParse(text).success ? null : 'is not a mail address; use one like ops@plant.example';
}

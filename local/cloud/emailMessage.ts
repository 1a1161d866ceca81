import { z } from 'zod';

const mailAddress = z.string().regex(/^[^\s@<>]+@[^\s@<>]+$/, 'use an address as ops@plant.example');
const people = z.array(z.looseObject({ address: mailAddress, displayName: z.string().optional() }));

/** Recipients of one mail, all kinds together (docs/platform.md#limits-of-mail). */
const maxRecipients = 50;

/** The body of `POST /emails:send`, held to what the service holds it to. */
export const emailMessageSchema = z
  .looseObject({
    senderAddress: mailAddress,
    recipients: z.looseObject({
      to: people.min(1, 'name at least one recipient'),
      cc: people.nullish(),
      bcc: people.nullish(),
    }),
    content: z
      .looseObject({
        subject: z.string().min(1, 'a subject is required'),
        plainText: z.string().nullish(),
        html: z.string().nullish(),
      })
      .refine((content) => Boolean(content.plainText) || Boolean(content.html), 'give plainText or html'),
    replyTo: people.nullish(),
    headers: z
      .record(z.string().regex(/^[!-9;-~]+$/, 'a header name is printable ASCII without a colon'), z.string())
      .nullish(),
    attachments: z
      .array(z.looseObject({ name: z.string(), contentType: z.string(), contentInBase64: z.base64() }))
      .nullish(),
    userEngagementTrackingDisabled: z.boolean().nullish(),
  })
  .refine(
    ({ recipients: { to, cc, bcc } }) => to.length + (cc?.length ?? 0) + (bcc?.length ?? 0) <= maxRecipients,
    { path: ['recipients'], message: `at most ${maxRecipients} recipients` },
  );

export type EmailMessage = z.infer<typeof emailMessageSchema>;

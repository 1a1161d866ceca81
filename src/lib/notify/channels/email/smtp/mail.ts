import type { Email } from '../render.ts';

/** Whom a mail comes from and goes to. */
export type Addresses = { readonly from: string; readonly to: readonly string[] };

/**
 * The mail as a mail server takes it (RFC 5322). The `Message-ID` comes from the notice alone, so that mailboxes know a
 * repeat for what it is.
 */
export async function composeMail(
  email: Email,
  { from, to }: Addresses,
  messageId: string,
  nowMs: number,
): Promise<Buffer> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  return new MailComposer({
    from,
    to: [...to],
    subject: email.subject,
    text: email.text,
    html: email.html,
    messageId,
    date: new Date(nowMs),
    headers: { ...email.headers },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
}

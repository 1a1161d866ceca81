import PostalMime from 'postal-mime';
import type { ReceivedMail } from '../email.ts';

/** Headers that the inbox shows in other places, or that only say how the mail is packed. */
const left = /^(from|to|subject|date|mime-version|content-type|content-transfer-encoding)$/i;

/** The headers of a mail as they are written there, each on one line. */
const headersIn = (raw: string): Record<string, string> => {
  const head = raw.split(/\r?\n\r?\n/, 1)[0] ?? '';
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return Object.fromEntries(headers.filter(([name]) => name !== '' && !left.test(name)));
};

/** A mail as the inbox keeps it, for those of its recipients whom the server took it for. */
export const readMail = async (
  raw: Buffer,
  envelope: { readonly id: string; readonly from: string; readonly to: string[] },
  nowMs: number,
): Promise<ReceivedMail> => {
  const { subject = '', html = null, text = null } = await PostalMime.parse(raw);
  return {
    ...envelope,
    subject,
    html,
    text,
    headers: headersIn(raw.toString('utf8')),
    receivedAt: new Date(nowMs).toISOString(),
    via: 'smtp',
  };
};

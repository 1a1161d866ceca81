import { createHash } from 'node:crypto';
import type { Message } from '../../message.ts';
import { oneLine } from '../../words/oneLine.ts';
import { subjectOf, titleOf } from '../../words/summary.ts';
import { renderEmailContent } from './renderContent.ts';
import { renderEmailHtml } from './renderHtml.ts';
import { renderEmailText } from './renderText.ts';

/** A mail without its addresses. Header values are printable ASCII. */
export type Email = {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** Renders a message as a mail. The same message gives the same mail at whatever time. */
export function renderEmail(message: Message): Email {
  const content = renderEmailContent(message);
  const thread = threadId(message);
  return {
    subject: subjectOf(message),
    html: renderEmailHtml(content, titleOf(message)),
    text: renderEmailText(content),
    headers: {
      References: thread,
      'In-Reply-To': thread,
      'X-Incident-Id': headerValue(message.incidentId),
      'X-Notice-Id': headerValue(message.noticeId),
      // RFC 3834: keeps out-of-office replies away.
      'Auto-Submitted': 'auto-generated',
    },
  };
}

/** A message id (RFC 5322 §3.6.4) that no mail has and all mails of one incident to one receiver answer to. */
function threadId({ incidentId, receiver, hub }: Message): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([incidentId, receiver, hub]))
    .digest('hex');
  return `<${digest.slice(0, 32)}@iothub.responder>`;
}

function headerValue(text: string): string {
  return oneLine(text)
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 200);
}

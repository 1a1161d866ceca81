import type { Handle } from '../../../../incident/handle.ts';
import type { Receiver } from '../../../../policy/receiver.ts';
import type { SendResult } from '../../../channel.ts';
import { idOf, type OutgoingMessage } from '../../../message.ts';
import type { Installation } from '../../channelKind.ts';
import { bodyOf } from '../bodyOf.ts';
import { messageIdOf } from '../messageId.ts';
import type { EmailSettings } from '../settings.ts';
import { judge, stillWaits } from './judge.ts';
import { composeMail } from './mail.ts';
import { progressOf } from './progress.ts';
import { handOver } from './transport.ts';

/** Sends notices through the mail server of the configuration. Never throws for what the server does. */
export function openSmtp({ setting, addresses }: Installation) {
  const sender = setting('EMAIL_SENDER');
  return async (
    message: OutgoingMessage,
    receiver: Receiver<EmailSettings>,
    nowMs: number,
    handle: Handle | null,
  ): Promise<SendResult> => {
    const { to, server } = receiver.channel;
    if (sender === null || server === null) {
      const missing = sender === null ? 'EMAIL_SENDER' : 'email.smtp';
      return { kind: 'failedPermanently', error: `email by SMTP is not set up: ${missing} is missing` };
    }
    const before = progressOf(handle, idOf(message));
    const waiting = to.filter((address) => stillWaits(address, before));
    if (waiting.length === 0) return judge(to, before, { accepted: [], rejected: new Map(), fault: null });
    const id = messageIdOf(idOf(message), sender);
    const mail = await composeMail(bodyOf(message, receiver.name), { from: sender, to }, id, nowMs);
    const envelope = { from: sender, to: waiting, mail };
    return judge(to, before, await handOver(server, envelope, addresses(), receiver.delivery.timeoutMs));
  };
}

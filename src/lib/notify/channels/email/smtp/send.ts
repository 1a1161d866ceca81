import type { Channel } from '../../../channel.ts';
import { idOf } from '../../../message.ts';
import type { Installation } from '../../channelKind.ts';
import { localMailPort } from '../../localReceivers.ts';
import { bodyOf } from '../bodyOf.ts';
import { messageIdOf } from '../messageId.ts';
import type { EmailSettings } from '../settings.ts';
import { judge, stillWaits } from './judge.ts';
import { composeMail } from './mail.ts';
import { progressOf } from './progress.ts';
import type { MailServer } from './server.ts';
import { handOver } from './transport.ts';

/** Sends notices through a mail server, to each recipient once. */
export function openSmtp(installation: Installation): Channel<EmailSettings> {
  const { setting, addresses } = installation;
  const sender = setting('EMAIL_SENDER');
  const localPort = localMailPort(installation);
  return {
    async send(message, receiver, nowMs, handle = null) {
      const { to } = receiver.channel;
      const server = localPort === null ? receiver.channel.server : localServer(localPort);
      if (server === null) throw new Error('a receiver without a mail server');
      if (sender === null) {
        return { kind: 'failedPermanently', error: 'email is not set up: EMAIL_SENDER is missing' };
      }
      const before = progressOf(handle, idOf(message));
      const waiting = to.filter((address) => stillWaits(address, before));
      if (waiting.length === 0) return judge(to, before, { accepted: [], rejected: new Map(), fault: null });
      const id = messageIdOf(idOf(message), sender);
      const mail = await composeMail(bodyOf(message, receiver.name), { from: sender, to }, id, nowMs);
      const { timeoutMs } = receiver.delivery;
      const done = await handOver(server, { from: sender, to: waiting, mail }, addresses(), timeoutMs);
      return judge(to, before, done);
    },
  };
}

function localServer(port: number): MailServer {
  return { host: '127.0.0.1', port, tls: 'starttls', login: null };
}

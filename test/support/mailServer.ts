import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { generate } from 'selfsigned';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { resolveNames } from './slowHosts.ts';

/** A mail as a server took it. */
export type TakenMail = { readonly from: string; readonly to: readonly string[]; readonly text: string };

/** Answers about one recipient; null takes it. `451 4.7.1 Greylisted` */
export type RecipientRule = (address: string, asked: number) => string | null;

/** A name that is not this machine's, and leads there. */
export const hostName = 'mail.plant.example';

const running: SMTPServer[] = [];

/** A real mail server on a free port. */
export async function startMailServer(
  options: SMTPServerOptions & {
    readonly recipients?: RecipientRule;
    readonly takes?: () => string | null;
  } = {},
) {
  const { recipients = () => null, takes = () => null, ...rest } = options;
  const mails: TakenMail[] = [];
  const asked = new Map<string, number>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onRcptTo({ address }, _session, callback) {
      const times = (asked.get(address) ?? 0) + 1;
      asked.set(address, times);
      callback(errorOf(recipients(address, times)));
    },
    onData(stream, { envelope }, callback) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const refusal = errorOf(takes());
        if (refusal) {
          callback(refusal);
          return;
        }
        const from = envelope.mailFrom ? envelope.mailFrom.address : '';
        const to = envelope.rcptTo.map(({ address }) => address);
        mails.push({ from, to, text: Buffer.concat(parts).toString('utf8') });
        callback(null);
      });
    },
    ...rest,
  });
  server.on('error', () => {});
  running.push(server);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return { port: (server.server.address() as AddressInfo).port, mails, asked };
}

export async function stopMailServers(): Promise<void> {
  for (const server of running.splice(0)) await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** An error that the server answers as it is written. */
function errorOf(answer: string | null): (Error & { responseCode: number }) | null {
  if (answer === null) return null;
  const [code = '', ...words] = answer.split(' ');
  return Object.assign(new Error(words.join(' ')), { responseCode: Number(code) });
}

/** A key and a certificate for `hostName` alone. */
export async function certificateFor(name = hostName): Promise<{ key: string; cert: string }> {
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
  return { key: made.private, cert: made.cert };
}

const trusted = getCACertificates('default');

/** Has this process trust certificates beside its own; none: its own alone. */
export function trust(...certificates: readonly string[]): void {
  setDefaultCACertificates([...trusted, ...certificates]);
}

/** Has `hostName` lead to this machine. */
export function nameThisMachine(): void {
  resolveNames({ [hostName]: ['127.0.0.1'] });
}

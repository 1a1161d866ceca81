import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import { type AddressRules, isLoopbackHost, resolveAllowed } from '../../../../outgoing/addressGuard.ts';
import { answering, perAddressMs } from '../../../../outgoing/connectPatience.ts';
import { untilAborted } from '../../../../outgoing/untilAborted.ts';
import type { HandOver } from './judge.ts';
import type { MailServer } from './server.ts';
import { faultOf, repliesIn } from './smtpFault.ts';

type Callback<Result> = (error: Error | null, result?: Result) => void;

/** A mail and whom it is for. */
export type Envelope = { readonly from: string; readonly to: readonly string[]; readonly mail: Buffer };

/**
 * Hands one mail over to a server, for some recipients. Connects to the addresses that the guard allows and to no others;
 * nothing but greetings passes before the encryption that the server has to offer. Never throws.
 */
export async function handOver(
  server: MailServer,
  envelope: Envelope,
  rules: AddressRules,
  timeoutMs: number,
): Promise<HandOver> {
  const signal = AbortSignal.timeout(timeoutMs);
  let begun = false;
  const body = Readable.from(
    (function* () {
      begun = true;
      yield envelope.mail;
    })(),
  );
  let connection: SMTPConnection | null = null;
  try {
    const socket = await connectTo(server, rules, timeoutMs, signal);
    connection = await openOn(socket, server, timeoutMs);
    const sent = await untilAborted(signal, converse(connection, server, envelope, body));
    connection.quit();
    return { accepted: sent.accepted, rejected: repliesIn(sent), fault: null };
  } catch (fault) {
    connection?.close();
    return {
      accepted: [],
      rejected: repliesIn(fault),
      fault: faultOf(fault, { begun, timedOut: signal.aborted, timeoutMs }),
    };
  }
}

async function connectTo(
  { host, port }: MailServer,
  rules: AddressRules,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Socket> {
  const addresses = await untilAborted(signal, resolveAllowed(host, rules));
  const socket = connect({
    host,
    port,
    lookup: answering(addresses),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: perAddressMs(timeoutMs, addresses.length),
    signal,
  });
  await once(socket, 'connect');
  return socket;
}

async function openOn(socket: Socket, server: MailServer, timeoutMs: number): Promise<SMTPConnection> {
  const { default: Connection } = await import('nodemailer/lib/smtp-connection');
  const { host, port, tls } = server;
  return new Connection({
    connection: socket,
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls' && !isLoopbackHost(host),
    ignoreTLS: tls === 'none',
    tls: { rejectUnauthorized: true, ...(isIP(host) ? {} : { servername: host }) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    socketCloseTimeout: 0,
  });
}

/** The steps of a connection; what breaks it ends them all. */
async function converse(
  connection: SMTPConnection,
  { login }: MailServer,
  { from, to }: Envelope,
  body: Readable,
): Promise<SMTPConnectionSendInfo> {
  const broken = new Promise<never>((_, reject) => {
    connection.on('error', reject);
    connection.on('end', () => reject(new Error('the connection ended')));
  });
  broken.catch(() => {});
  const step = <Result>(work: (callback: Callback<Result>) => void): Promise<Result> => {
    const finished = new Promise<Result>((resolve, reject) => {
      work((error, result) => (error ? reject(error) : resolve(result as Result)));
    });
    return Promise.race([finished, broken]);
  };
  await step<void>((callback) => connection.connect((error) => callback(error ?? null, undefined)));
  if (login) {
    await step<boolean>((callback) => connection.login({ user: login.user, pass: login.password }, callback));
  }
  return step((callback) => connection.send({ from, to: [...to] }, body, callback));
}

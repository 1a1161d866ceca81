import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { z } from 'zod';
import { createBehaviour } from '../behaviour.ts';
import type { ReceivedMail } from '../email.ts';
import type { Journal } from '../journal.ts';
import { jsonBody } from '../request.ts';
import type { Route } from '../router.ts';
import { readMail } from './readMail.ts';

const behaviourSchema = z.strictObject({
  /** The answer to a recipient, as `451` or `550`; null or 250 takes it. */
  status: z.int().min(250).max(599).nullish(),
  /** The words after the status. */
  error: z.string().min(1).max(200).nullish(),
  /** Only this recipient; without it, all. */
  recipient: z.string().nullish(),
  delayMs: z.int().min(0).max(600_000).nullish(),
  /** After so many answers the behaviour ends; without it, it stays. */
  times: z.int().min(1).nullish(),
  /** Takes the mail and never answers. */
  hang: z.boolean().nullish(),
});
type SmtpBehaviour = z.infer<typeof behaviourSchema>;

const mostBytes = 10 * 1024 * 1024;

/** A mail server with STARTTLS that takes every login; its mails are kept beside those of Communication Services. */
export const createSmtp = (mails: Journal<ReceivedMail>, tls: { key: string; cert: string }) => {
  const behaviour = createBehaviour<SmtpBehaviour>();
  let only: string | null = null;

  const answer = async (address: string): Promise<Error | null> => {
    const told = only === null || only === address ? behaviour.next() : null;
    if (told?.hang === true) await new Promise(() => {});
    if (told?.delayMs != null) await sleep(told.delayMs);
    const status = told?.status ?? 250;
    if (status < 400) return null;
    return Object.assign(new Error(told?.error ?? 'The stand-in was told to refuse.'), {
      responseCode: status,
    });
  };

  const server = new SMTPServer({
    ...tls,
    authOptional: true,
    size: mostBytes,
    logger: false,
    onAuth: ({ username }, _session, callback) => callback(null, { user: username ?? '' }),
    onRcptTo({ address }, _session, callback) {
      void answer(address).then((error) => callback(error));
    },
    onData(stream, { envelope }, callback) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const raw = Buffer.concat(parts);
        const from = envelope.mailFrom ? envelope.mailFrom.address : '';
        const to = envelope.rcptTo.map(({ address }) => address);
        readMail(raw, { id: randomUUID(), from, to }, Date.now()).then((mail) => {
          mails.add(mail, raw.length);
          callback(null);
        }, callback);
      });
    },
  });
  // A client that breaks off is no fault of ours.
  server.on('error', () => {});

  const routes: Route[] = [
    {
      method: 'PUT',
      path: '/smtp/behaviour',
      handle: (request) => {
        const told = jsonBody(request, behaviourSchema);
        behaviour.set(told);
        only = told.recipient ?? null;
        return { status: 204 };
      },
    },
  ];
  return {
    routes,
    /** The port that it listens at; 0 takes a free one. */
    listen: (port: number, host: string): Promise<number> =>
      new Promise((resolve, reject) => {
        server.server.once('error', reject);
        server.server.once('listening', () => server.server.off('error', reject));
        server.listen(port, host, () => {
          const address = server.server.address();
          resolve(typeof address === 'object' && address !== null ? address.port : 0);
        });
      }),
    /** Behaves again. */
    reset: () => {
      behaviour.set(null);
      only = null;
    },
    stop: (): Promise<void> => new Promise((resolve) => server.close(() => resolve())),
  };
};

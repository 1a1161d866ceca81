import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { generate } from 'selfsigned';
import { createReporter } from './deliveryReports.ts';
import { createEmailService } from './email.ts';
import { createEventGrid } from './eventGrid/eventGrid.ts';
import { createHookCatcher } from './hooks.ts';
import { createIdentityService } from './identity.ts';
import { createInbox } from './inbox.ts';
import { listen, stop } from './listen.ts';
import { createLogAnalytics } from './logs.ts';
import { createMetrics } from './metrics.ts';
import { createPagerDuty } from './pagerduty/pagerDuty.ts';
import type { Route } from './router.ts';
import { serve } from './serve.ts';
import { createSlack } from './slack/slack.ts';
import { createSmtp } from './smtp/smtp.ts';
import { createTeams } from './teams/teams.ts';

/** What has no emulator, on one plain port, and what is asked with tokens on a TLS port of its own. */
export type RunningLocalCloud = {
  /** Mail, hooks, other receivers, log and metric rows, tokens and the inbox page, as `http://127.0.0.1:7072`. */
  url: string;
  /** The endpoint of Log Analytics and of metrics, as `https://127.0.0.1:41234`. */
  logsUrl: string;
  /** Where topics of Event Grid are, as `https://127.0.0.1:41234`. */
  topicsUrl: string;
  /** Where the mail server listens. */
  smtpPort: number;
  /** The certificate of `logsUrl`, to be trusted through `NODE_EXTRA_CA_CERTS` or `tlsOptions.ca`. */
  certificatePem: string;
  /** The Base64 key that mails are signed with. */
  accessKey: string;
  close: () => Promise<void>;
};

const makeCertificate = (): Promise<{ private: string; cert: string }> =>
  generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });

/** `DELETE /emails` is for the mails of both services. */
const emptied = (forget: () => void): Route => ({
  method: 'DELETE',
  path: '/emails',
  handle: () => {
    forget();
    return { status: 204 };
  },
});

/** Tells the connection string of an emulator, whose key is documented for everyone, and of nothing else. */
const storageRoute = (storage: () => string | undefined = () => undefined): Route => ({
  method: 'GET',
  path: '/storage',
  handle: () => {
    const connectionString = storage();
    const isEmulator = connectionString?.includes('AccountName=devstoreaccount1;') ?? false;
    return isEmulator ? { status: 200, body: { connectionString } } : { status: 404 };
  },
});

/**
 * Starts the local cloud; everything it keeps is in memory.
 * @param options `port` and `smtpPort` 0 take a free one, and so does `wishedSmtpPort` when that is taken; `accessKey`
 *   (Base64) is made up when it is not given; `hostUrl` is where reports on mails go; `storage` is the connection string
 *   of the emulator that is in use, which `GET /storage` tells whoever fills it.
 * @throws the listen error (`EADDRINUSE`) when the port is taken.
 */
export const startLocalCloud = async (options: {
  port: number;
  accessKey?: string;
  host?: '127.0.0.1';
  smtpPort?: number;
  wishedSmtpPort?: number;
  hostUrl?: string;
  storage?: () => string | undefined;
}): Promise<RunningLocalCloud> => {
  const { port, accessKey = randomBytes(32).toString('base64'), host = '127.0.0.1', smtpPort = 0 } = options;
  const certificate = await makeCertificate();
  const identity = createIdentityService();
  const reporter = createReporter(options.hostUrl ?? null);
  const email = createEmailService(accessKey, reporter);
  const smtp = createSmtp(email.mails, { key: certificate.private, cert: certificate.cert });
  const hooks = createHookCatcher();
  const logs = createLogAnalytics(identity.audienceOf);
  const metrics = createMetrics(identity.audienceOf);
  const plain = [createPagerDuty(), createSlack(), createTeams()];
  const eventGrid = createEventGrid(identity.audienceOf);
  const receivers = [...plain, eventGrid];
  const inbox = createInbox(
    { mails: email.mails, calls: hooks.calls },
    receivers.map(({ tab }) => tab),
  );
  const server = createServer(
    serve([
      ...inbox,
      ...email.routes,
      ...smtp.routes,
      emptied(() => {
        email.forget();
        smtp.reset();
      }),
      ...hooks.routes,
      ...logs.routes,
      ...metrics.routes,
      ...identity.routes,
      ...receivers.flatMap(({ routes }) => routes),
      ...plain.flatMap(({ doors }) => doors),
      storageRoute(options.storage),
    ]),
  );
  const mainPort = await listen(server, port, host);
  const tlsServer = createTlsServer(
    { key: certificate.private, cert: certificate.cert },
    serve([...eventGrid.doors, ...logs.tlsRoutes, ...metrics.tlsRoutes]),
  );
  const tlsPort = await listen(tlsServer, 0, host);
  const { wishedSmtpPort } = options;
  const mailPort =
    wishedSmtpPort === undefined
      ? await smtp.listen(smtpPort, host)
      : await smtp.listen(wishedSmtpPort, host).catch(() => smtp.listen(0, host));
  return {
    url: `http://${host}:${mainPort}`,
    logsUrl: `https://${host}:${tlsPort}`,
    topicsUrl: `https://${host}:${tlsPort}`,
    smtpPort: mailPort,
    certificatePem: certificate.cert,
    accessKey,
    close: async () => {
      reporter.stop();
      await Promise.all([stop(server), stop(tlsServer), smtp.stop()]);
    },
  };
};

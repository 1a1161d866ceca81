import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { generate } from 'selfsigned';
import { createEmailService } from './email.ts';
import { createHookCatcher } from './hooks.ts';
import { createIdentityService } from './identity.ts';
import { createInbox } from './inbox.ts';
import { listen, stop } from './listen.ts';
import { createLogAnalytics } from './logs.ts';
import { createMetrics } from './metrics.ts';
import { createPagerDuty } from './pagerduty/pagerDuty.ts';
import { serve } from './serve.ts';
import { createSlack } from './slack/slack.ts';

/** What has no emulator, on one plain port, and what is asked with tokens on a TLS port of its own. */
export type RunningLocalCloud = {
  /** Mail, hooks, other receivers, log and metric rows, tokens and the inbox page, as `http://127.0.0.1:7072`. */
  url: string;
  /** The endpoint of Log Analytics and of metrics, as `https://127.0.0.1:41234`. */
  logsUrl: string;
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

/**
 * Starts the local cloud; everything it keeps is in memory.
 * @param options `port` 0 takes a free one; `accessKey` (Base64) is made up when it is not given.
 * @throws the listen error (`EADDRINUSE`) when the port is taken.
 */
export const startLocalCloud = async (options: {
  port: number;
  accessKey?: string;
  host?: '127.0.0.1';
}): Promise<RunningLocalCloud> => {
  const { port, accessKey = randomBytes(32).toString('base64'), host = '127.0.0.1' } = options;
  const identity = createIdentityService();
  const email = createEmailService(accessKey);
  const hooks = createHookCatcher();
  const logs = createLogAnalytics(identity.audienceOf);
  const metrics = createMetrics(identity.audienceOf);
  const receivers = [createPagerDuty(), createSlack()];
  const inbox = createInbox(
    { mails: email.mails, calls: hooks.calls },
    receivers.map(({ tab }) => tab),
  );
  const server = createServer(
    serve([
      ...inbox,
      ...email.routes,
      ...hooks.routes,
      ...logs.routes,
      ...metrics.routes,
      ...identity.routes,
      ...receivers.flatMap(({ routes, doors }) => [...doors, ...routes]),
    ]),
  );
  const mainPort = await listen(server, port, host);
  const certificate = await makeCertificate();
  const tlsServer = createTlsServer(
    { key: certificate.private, cert: certificate.cert },
    serve([...logs.tlsRoutes, ...metrics.tlsRoutes]),
  );
  const tlsPort = await listen(tlsServer, 0, host);
  return {
    url: `http://${host}:${mainPort}`,
    logsUrl: `https://${host}:${tlsPort}`,
    certificatePem: certificate.cert,
    accessKey,
    close: async () => {
      await Promise.all([stop(server), stop(tlsServer)]);
    },
  };
};

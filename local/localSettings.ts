import { randomBytes, randomUUID } from 'node:crypto';

type Env = Readonly<Record<string, string | undefined>>;

type LocalParts = {
  readonly port: number;
  /** Address of the local cloud, and of its TLS side. */
  readonly cloudUrl: string;
  readonly logsUrl: string;
  /** Where the local cloud stands in for topics of Event Grid, and the port where for mail servers. */
  readonly topicsUrl: string;
  readonly smtpPort: number;
  /** The Base64 access key that the local cloud's mail service takes. */
  readonly emailAccessKey: string;
  /** Path of the file with the certificates to trust, the local cloud's among them. */
  readonly certificatesFile: string;
  /** Of the Azurite that was started, if one was. */
  readonly storage: string | undefined;
  /** Path of the configuration that the demonstration uses. */
  readonly demoConfig: string;
};

/**
 * The settings of the host: what is set stays, what is not points at the local parts. Tokens for the local log workspace
 * come from the local cloud too, so it is left out where storage needs tokens of a real identity.
 */
export function localSettings(env: Env, parts: LocalParts): Record<string, string | undefined> {
  const cloud = parts.cloudUrl.replace(/\/$/, '');
  const storage = env.AzureWebJobsStorage ?? parts.storage;
  return {
    PORT: String(parts.port),
    PUBLIC_URL: `http://localhost:${parts.port}`,
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    AzureWebJobsDisableHomepage: 'true',
    RESPONDER_CONFIG: parts.demoConfig,
    ONCALL_WEBHOOK_URL: `${cloud}/hooks/on-call`,
    ONCALL_WEBHOOK_SECRET: `whsec_${randomBytes(24).toString('base64')}`,
    EMAIL_SENDER: 'responder@plant.example',
    ...(env.LOCAL_RECEIVERS !== 'off' && {
      PAGERDUTY_KEY: randomBytes(16).toString('hex'),
      SLACK_TOKEN: `xoxb-${randomUUID()}`,
    }),
    ...(storage && { AzureWebJobsStorage: storage }),
    ...(!env.COMMUNICATION_SERVICES_ENDPOINT && {
      COMMUNICATION_SERVICES_CONNECTION_STRING: `endpoint=${cloud}/;accesskey=${parts.emailAccessKey}`,
    }),
    ...(usesLocalIdentity(env) && storage && localIdentity(cloud)),
    ...(!env.LOG_ANALYTICS_WORKSPACE_ID && storage && localLogs(parts)),
    ...env,
    // The local cloud stands in for receivers of other vendors.
    LOCAL_RECEIVERS: env.LOCAL_RECEIVERS === 'off' ? 'off' : cloud,
    LOCAL_TOPICS: parts.topicsUrl,
    LOCAL_SMTP_PORT: String(parts.smtpPort),
    NODE_EXTRA_CA_CERTS: parts.certificatesFile,
  };
}

/** Where logs of a real workspace are asked, or a real topic gets events, tokens are those of a real identity. */
function usesLocalIdentity({
  LOG_ANALYTICS_WORKSPACE_ID: workspace,
  LOCAL_RECEIVERS: receivers,
}: Env): boolean {
  return !workspace || (workspace === 'none' && receivers !== 'off');
}

function localIdentity(cloud: string): Record<string, string> {
  return { IDENTITY_ENDPOINT: `${cloud}/identity/token`, IDENTITY_HEADER: randomUUID() };
}

function localLogs(parts: LocalParts): Record<string, string> {
  return {
    LOG_ANALYTICS_WORKSPACE_ID: randomUUID(),
    LOG_ANALYTICS_ENDPOINT: parts.logsUrl,
    METRICS_ENDPOINT: parts.logsUrl,
  };
}

/** The settings that have a value: an empty one counts as not set. */
export function settingsIn(env: Env): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
    ),
  );
}

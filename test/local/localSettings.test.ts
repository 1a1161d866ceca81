import { expect, it } from 'vitest';
import { localSettings, settingsIn } from '../../local/localSettings.ts';

const parts = {
  port: 7071,
  cloudUrl: 'http://127.0.0.1:7072',
  logsUrl: 'https://127.0.0.1:7073',
  topicsUrl: 'https://127.0.0.1:7073',
  smtpPort: 7025,
  emailAccessKey: 'aQ==',
  certificatesFile: 'certificates.pem',
  storage: 'UseDevelopmentStorage=true',
  demoConfig: 'demo.config.yaml',
};

it('points every setting that is not set at the local cloud', () => {
  expect(localSettings({}, parts)).toMatchObject({
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    COMMUNICATION_SERVICES_CONNECTION_STRING: 'endpoint=http://127.0.0.1:7072/;accesskey=aQ==',
    IDENTITY_ENDPOINT: 'http://127.0.0.1:7072/identity/token',
    LOG_ANALYTICS_ENDPOINT: 'https://127.0.0.1:7073',
    METRICS_ENDPOINT: 'https://127.0.0.1:7073',
    NODE_EXTRA_CA_CERTS: 'certificates.pem',
    LOCAL_RECEIVERS: 'http://127.0.0.1:7072',
    LOCAL_SMTP_PORT: '7025',
    LOCAL_TOPICS: 'https://127.0.0.1:7073',
    PAGERDUTY_KEY: expect.stringMatching(/^[0-9a-f]{32}$/),
    SLACK_TOKEN: expect.stringMatching(/^xoxb-/),
    ONCALL_WEBHOOK_SECRET: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{32}$/),
    ONCALL_WEBHOOK_URL: 'http://127.0.0.1:7072/hooks/on-call',
    PUBLIC_URL: 'http://localhost:7071',
    RESPONDER_CONFIG: 'demo.config.yaml',
  });
});

it('leaves what is set as it is, and a deployment without a workspace without one', () => {
  const env = {
    RESPONDER_CONFIG: 'mine.yaml',
    LOG_ANALYTICS_WORKSPACE_ID: 'none',
    PUBLIC_URL: 'https://example.net',
    LOCAL_RECEIVERS: 'off',
  };
  const settings = localSettings(env, parts);
  expect(settings).toMatchObject(env);
  expect(settings).not.toHaveProperty('IDENTITY_ENDPOINT');
  expect(settings).not.toHaveProperty('LOG_ANALYTICS_ENDPOINT');
  expect(settings).not.toHaveProperty('SLACK_TOKEN');
});

it('offers no local tokens where storage needs those of a real identity', () => {
  const settings = localSettings(
    { AzureWebJobsStorage__accountName: 'store' },
    { ...parts, storage: undefined },
  );
  expect(settings).not.toHaveProperty('IDENTITY_ENDPOINT');
  expect(settings).not.toHaveProperty('AzureWebJobsStorage');
});

it('takes an empty setting as not set', () => {
  expect(settingsIn({ A: '', B: undefined, C: 'c' })).toEqual({ C: 'c' });
});

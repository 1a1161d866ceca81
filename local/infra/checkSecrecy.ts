import { ofType, type Prediction } from './prediction.ts';
import { broken, type Rule } from './rules.ts';

const storage = 'Microsoft.Storage/storageAccounts';
const app = 'Microsoft.Web/sites';
const deployment = 'properties.functionAppConfig.deployment.storage.authentication.type';

/** Identity everywhere: no way in by a key or a password, and nothing without TLS. */
const rules: readonly Rule[] = [
  { type: storage, at: 'properties.allowSharedKeyAccess', is: [false], otherwise: 'shared keys are on' },
  { type: storage, at: 'properties.allowBlobPublicAccess', is: [false], otherwise: 'blobs can be public' },
  {
    type: storage,
    at: 'properties.minimumTlsVersion',
    is: ['TLS1_2', 'TLS1_3'],
    otherwise: 'old TLS is accepted',
  },
  { type: storage, at: 'properties.supportsHttpsTrafficOnly', is: [true], otherwise: 'http is accepted' },
  {
    type: `${storage}/blobServices/containers`,
    at: 'properties.publicAccess',
    is: ['None'],
    otherwise: 'the container is public',
  },
  { type: app, at: 'properties.httpsOnly', is: [true], otherwise: 'http is accepted' },
  {
    type: app,
    at: 'properties.siteConfig.minTlsVersion',
    is: ['1.2', '1.3'],
    otherwise: 'old TLS is accepted',
  },
  {
    type: app,
    at: 'properties.siteConfig.scmMinTlsVersion',
    is: ['1.2', '1.3'],
    otherwise: 'old TLS is accepted for publishing',
  },
  { type: app, at: 'properties.siteConfig.ftpsState', is: ['Disabled'], otherwise: 'FTP is on' },
  { type: app, at: 'identity.type', is: ['UserAssigned'], otherwise: 'it has another identity than its own' },
  { type: app, at: deployment, is: ['UserAssignedIdentity'], otherwise: 'the package is read with a key' },
  {
    type: `${app}/basicPublishingCredentialsPolicies`,
    at: 'properties.allow',
    is: [false],
    otherwise: 'publishing by password is on',
  },
  {
    type: 'Microsoft.Insights/components',
    at: 'properties.DisableLocalAuth',
    is: [true],
    otherwise: 'telemetry is taken without an identity',
  },
  {
    type: 'Microsoft.Communication/communicationServices',
    at: 'properties.disableLocalAuth',
    is: [true],
    otherwise: 'access keys are on',
  },
  {
    type: 'Microsoft.KeyVault/vaults',
    at: 'properties.enableRbacAuthorization',
    is: [true],
    otherwise: 'access is not by roles',
  },
  {
    type: 'Microsoft.KeyVault/vaults',
    at: 'properties.enablePurgeProtection',
    is: [true],
    otherwise: 'deleted secrets can be purged',
  },
];

const secret = /list\w*\(|connectionstring|instrumentationkey|accesskey|accountkey|password|whsec_/i;

export function checkSecrecy(prediction: Prediction): string[] {
  const policies = ofType(prediction, `${app}/basicPublishingCredentialsPolicies`).map(({ name }) => name);
  const unruled = ['scm', 'ftp'].filter((way) => !policies.some((name) => name.endsWith(`/${way}`)));
  const told = Object.entries(prediction.outputs).filter(
    ([name, value]) => secret.test(name) || secret.test(JSON.stringify(value)),
  );
  return [
    ...broken(prediction, rules),
    ...unruled.map((way) => `publishing by password (${way}) is not ruled out`),
    ...told.map(([name]) => `output ${name} may hold a secret`),
  ];
}

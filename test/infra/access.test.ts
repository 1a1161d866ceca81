import { describe, expect, it } from 'vitest';
import { checkRoles } from '../../local/infra/checkRoles.ts';
import { checkSecrecy } from '../../local/infra/checkSecrecy.ts';
import { checkSettings } from '../../local/infra/checkSettings.ts';
import { checkSettingValues } from '../../local/infra/checkSettingValues.ts';
import { readProduct } from '../../local/infra/product.ts';
import { type Draft, drop, find, put, snapshot, spoilt } from './spoil.ts';

const product = await readProduct();

const setting = (name: string, value: unknown) =>
  put('sites/config', `properties.${name}`, value, 'appsettings');
const roleOn = (kind: string) => (draft: Draft) =>
  draft.predictedResources.find(
    ({ id, type }) =>
      type.endsWith('roleAssignments') && /\/subscriptions\/[^']+/.exec(id)![0].includes(kind),
  )!;

describe('settings', () => {
  it.each([
    [
      'one that the code reads is left out',
      setting('EMAIL_SENDER', undefined),
      'the code reads EMAIL_SENDER',
    ],
    ['one that nothing reads is set', setting('EMAIL_FROM', 'x'), 'EMAIL_FROM is set, but nothing reads it'],
    ['one that the host needs is left out', setting('AZURE_CLIENT_ID', undefined), 'AZURE_CLIENT_ID'],
    ['storage is named by a key', setting('AzureWebJobsStorage', 'x'), 'a connection string holds a key'],
    ['mail is named by a key', setting('COMMUNICATION_SERVICES_CONNECTION_STRING', 'x'), 'it holds a key'],
    [
      'one is refused on Flex Consumption',
      setting('FUNCTIONS_WORKER_RUNTIME', 'node'),
      'Flex Consumption refuses',
    ],
    ['a value holds a key', setting('PUBLIC_URL', 'https://x/?AccessKey=y'), 'PUBLIC_URL holds a secret'],
    ['there are none', drop('sites/config', 'appsettings'), 'the app has no settings'],
  ])('%s', (_, spoil, problem) => {
    expect(checkSettings(spoilt('minimal', spoil), product).join('\n')).toContain(problem);
  });

  const another = "[reference('/p/Microsoft.Storage/storageAccounts/a', '1').primaryEndpoints.queue]";

  it.each([
    ['AzureWebJobsStorage__credential', 'connection', 'the host has no identity for storage'],
    ['AzureWebJobsStorage__clientId', '[x.clientId]', 'the host does not use the identity of the app'],
    ['AzureWebJobsStorage__blobServiceUri', another, 'the blob service is another'],
    ['AzureWebJobsStorage__queueServiceUri', 'https://a.example', 'the queue service is another'],
    ['AzureWebJobsStorage__tableServiceUri', another, 'the table service is another'],
    ['APPLICATIONINSIGHTS_CONNECTION_STRING', 'InstrumentationKey=1', 'telemetry goes elsewhere'],
    ['APPLICATIONINSIGHTS_AUTHENTICATION_STRING', 'ClientId=1', 'telemetry is not sent with the identity'],
    ['AZURE_CLIENT_ID', '1', 'the clients do not use the identity of the app'],
  ])('the host is told something else: %s is %s', (name, value, problem) => {
    const found = checkSettingValues(spoilt('minimal', setting(name, value)));
    expect(found).toEqual([expect.stringContaining(`${name}: ${problem}`)]);
  });

  it('reads each secret of the vault by its own name, with its own identity', () => {
    const url = String(
      (
        find(snapshot('full') as unknown as Draft, 'sites/config').properties as {
          ONCALL_WEBHOOK_URL: string;
        }
      ).ONCALL_WEBHOOK_URL,
    );
    expect(checkSettingValues(spoilt('full', setting('ONCALL_WEBHOOK_SECRET', url)))).toEqual([
      'ONCALL_WEBHOOK_SECRET refers to another secret than oncall-webhook-secret',
    ]);
    const other = put('sites', 'properties.keyVaultReferenceIdentity', 'SystemAssigned');
    expect(checkSettingValues(spoilt('full', other))).toEqual([
      'the vault is not read with the identity of the app',
    ]);
  });

  it('takes the secrets of receivers from the vault only', () => {
    const plain = setting('ONCALL_WEBHOOK_SECRET', 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
    expect(checkSettings(spoilt('full', plain), product)).toContain('ONCALL_WEBHOOK_SECRET holds a secret');
  });
});

describe('roles', () => {
  const contributor =
    '/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c';

  it.each([
    ['one is missing', drop('roleAssignments'), 'a role is missing: app: Monitoring Metrics Publisher'],
    [
      'one is another',
      (draft: Draft) => {
        roleOn('/storageAccounts/')(draft).properties.roleDefinitionId = contributor;
      },
      'a role too many: app: b24988ac-6180-42a0-ab88-20f7382dd24c on storageAccounts',
    ],
    [
      'one is wider than its resource',
      (draft: Draft) => {
        const role = roleOn('/storageAccounts/')(draft);
        role.id = role.id.replace(/'[^']+'/, "'/subscriptions/0/resourceGroups/rg'");
      },
      'on /subscriptions/0/resourceGroups/rg',
    ],
    [
      'one is given to somebody else',
      (draft: Draft) => {
        roleOn('/containers/dead-letters')(draft).properties.principalId =
          'ffffffff-ffff-ffff-ffff-ffffffffffff';
      },
      'a role too many: deployer: Storage Blob Data Contributor on container dead-letters',
    ],
    [
      'one is given twice',
      (draft: Draft) => {
        draft.predictedResources.push(structuredClone(roleOn('/storageAccounts/')(draft)));
      },
      'a role too many: app: Storage Blob Data Owner on storageAccounts',
    ],
    [
      'the kind of principal is not said',
      (draft: Draft) => {
        roleOn('/storageAccounts/')(draft).properties.principalType = 'User';
      },
      'the kind of principal is User: app: Storage Blob Data Owner on storageAccounts',
    ],
    [
      'one is named without its principal',
      (draft: Draft) => {
        roleOn('/containers/dead-letters')(draft).name = '5eb50940-4d07-59c9-a4c0-cc1b5d02071c';
      },
      'a new principal would not get the role again: system topic: Storage Blob Data Contributor',
    ],
    [
      'one has no reason',
      (draft: Draft) => {
        roleOn('/storageAccounts/')(draft).properties.description = '';
      },
      'no reason is given for the role',
    ],
  ])('%s', (_, spoil, problem) => {
    expect(checkRoles(spoilt('minimal', spoil), 'minimal').join('\n')).toContain(problem);
  });

  it('gives those of a feature only where it is asked for', () => {
    const problems = checkRoles(snapshot('full'), 'minimal');
    expect(problems).toContain('a role too many: app: Monitoring Reader on IotHubs');
    expect(problems).toContain('a role too many: app: Key Vault Secrets User on vaults');
  });
});

describe('secrecy', () => {
  it.each([
    ['storageAccounts', 'properties.allowSharedKeyAccess', true, 'shared keys are on'],
    ['storageAccounts', 'properties.allowBlobPublicAccess', undefined, 'blobs can be public'],
    ['storageAccounts', 'properties.minimumTlsVersion', 'TLS1_0', 'old TLS is accepted'],
    ['storageAccounts', 'properties.supportsHttpsTrafficOnly', false, 'http is accepted'],
    ['containers', 'properties.publicAccess', 'Blob', 'the container is public'],
    ['sites', 'properties.httpsOnly', false, 'http is accepted'],
    ['sites', 'properties.siteConfig.minTlsVersion', '1.0', 'old TLS is accepted'],
    ['sites', 'properties.siteConfig.scmMinTlsVersion', '1.1', 'old TLS is accepted for publishing'],
    ['sites', 'properties.siteConfig.ftpsState', 'FtpsOnly', 'FTP is on'],
    ['sites', 'identity.type', 'SystemAssigned', 'it has another identity than its own'],
    [
      'sites',
      'properties.functionAppConfig.deployment.storage.authentication.type',
      'StorageAccountConnectionString',
      'the package is read with a key',
    ],
    ['basicPublishingCredentialsPolicies', 'properties.allow', true, 'publishing by password is on'],
    ['Insights/components', 'properties.DisableLocalAuth', false, 'telemetry is taken without an identity'],
    ['communicationServices', 'properties.disableLocalAuth', false, 'access keys are on'],
    ['vaults', 'properties.enableRbacAuthorization', false, 'access is not by roles'],
    ['vaults', 'properties.enablePurgeProtection', false, 'deleted secrets can be purged'],
  ])('%s: %s', (type, at, value, problem) => {
    const name = type === 'vaults' ? 'full' : 'minimal';
    expect(checkSecrecy(spoilt(name, put(type, at, value))).join('\n')).toContain(problem);
  });

  it('rules out passwords for publishing', () => {
    expect(checkSecrecy(spoilt('minimal', drop('basicPublishingCredentialsPolicies', '/scm')))).toContain(
      'publishing by password (scm) is not ruled out',
    );
  });

  it.each([
    ['connectionString', 'x'],
    ['storage', "[listKeys('account', '2024-01-01').keys[0].value]"],
    ['telemetry', "[reference('component').ConnectionString]"],
  ])('has no secret in an output: %s', (name, value) => {
    const leak = (draft: Draft) => {
      draft.outputs[name] = value;
    };
    expect(checkSecrecy(spoilt('minimal', leak))).toContain(`output ${name} may hold a secret`);
  });
});

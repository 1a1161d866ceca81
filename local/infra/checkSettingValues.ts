import { ofType, type Prediction, valueAt } from './prediction.ts';
import { broken, type Rule } from './rules.ts';

const storage = 'Microsoft\\.Storage/storageAccounts/[^/]+';
const reference = (id: string, answer: string) =>
  new RegExp(`reference\\('[^']+/${id}', '[^']+'\\)\\.${answer}\\b`);
const clientId = reference('Microsoft\\.ManagedIdentity/userAssignedIdentities/[^/]+', 'clientId');

/** What a setting says, by the expression that only Azure can resolve. */
const rules: readonly (readonly [setting: string, is: Rule['is'], otherwise: string])[] = [
  ['AzureWebJobsStorage__credential', ['managedidentity'], 'the host has no identity for storage'],
  ['AzureWebJobsStorage__clientId', clientId, 'the host does not use the identity of the app'],
  ...['blob', 'queue', 'table'].map(
    (service) =>
      [
        `AzureWebJobsStorage__${service}ServiceUri`,
        reference(storage, `primaryEndpoints\\.${service}`),
        `the ${service} service is another`,
      ] as const,
  ),
  [
    'APPLICATIONINSIGHTS_CONNECTION_STRING',
    reference('Microsoft\\.Insights/components/[^/]+', 'ConnectionString'),
    'telemetry goes elsewhere',
  ],
  [
    'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
    new RegExp(`ClientId=\\{0\\};Authorization=AAD', ${clientId.source}`),
    'telemetry is not sent with the identity of the app',
  ],
  ['AZURE_CLIENT_ID', clientId, 'the clients do not use the identity of the app'],
];

/** The host's settings point at the services that their names say, and each reference at the secret of its setting. */
export function checkSettingValues(prediction: Prediction): string[] {
  const [app] = ofType(prediction, 'Microsoft.Web/sites');
  const [identity] = ofType(prediction, 'Microsoft.ManagedIdentity/userAssignedIdentities');
  const settings = ofType(prediction, 'Microsoft.Web/sites/config')[0]?.properties ?? {};
  const references = Object.entries(settings).filter(([, value]) =>
    String(value).includes('@Microsoft.KeyVault('),
  );
  const misplaced = references.filter(([name, value]) => !value.endsWith(`'${secretOf(name)}')]`));
  return [
    ...broken(
      prediction,
      rules.map(([setting, is, otherwise]) => ({
        type: 'Microsoft.Web/sites/config',
        name: '/appsettings',
        at: `properties.${setting}`,
        is,
        otherwise: `${setting}: ${otherwise}`,
      })),
    ),
    ...misplaced.map(([name]) => `${name} refers to another secret than ${secretOf(name)}`),
    ...(references.length > 0 && valueAt(app, 'properties.keyVaultReferenceIdentity') !== identity?.id
      ? ['the vault is not read with the identity of the app']
      : []),
  ];
}

const secretOf = (setting: string) => setting.toLowerCase().replaceAll('_', '-');

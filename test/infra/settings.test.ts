import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { everywhere, installations, only, snapshot, sourceOf, valueAt } from './prediction.ts';
import { readProduct } from './product.ts';

const product = await readProduct();

/** Read by the code, never set in Azure. */
const unset = [
  // Connection strings hold a key; the endpoints are named instead.
  'AzureWebJobsStorage',
  'AzureWebJobsStorage__accountName',
  'COMMUNICATION_SERVICES_CONNECTION_STRING',
  // The local host sets it.
  'LOCAL_RECEIVERS',
  // The platform sets them.
  'AZURE_FUNCTIONS_ENVIRONMENT',
  'IDENTITY_ENDPOINT',
];

const storage = 'Microsoft\\.Storage/storageAccounts/[^/]+';
const reference = (id: string, answer: string) =>
  new RegExp(`reference\\('[^']+/${id}', '[^']+'\\)\\.${answer}\\b`);
const clientId = reference('Microsoft\\.ManagedIdentity/userAssignedIdentities/[^/]+', 'clientId');

/** Set for the Functions host or a library: what they say, by the expression that only Azure can resolve. */
const hostSettings: readonly (readonly [setting: string, value: RegExp])[] = [
  ['AzureWebJobsDisableHomepage', /^true$/],
  ['AzureWebJobsStorage__credential', /^managedidentity$/],
  ['AzureWebJobsStorage__clientId', clientId],
  ['AzureWebJobsStorage__blobServiceUri', reference(storage, 'primaryEndpoints\\.blob')],
  ['AzureWebJobsStorage__queueServiceUri', reference(storage, 'primaryEndpoints\\.queue')],
  ['AzureWebJobsStorage__tableServiceUri', reference(storage, 'primaryEndpoints\\.table')],
  [
    'APPLICATIONINSIGHTS_CONNECTION_STRING',
    reference('Microsoft\\.Insights/components/[^/]+', 'ConnectionString'),
  ],
  [
    'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
    new RegExp(`ClientId=\\{0\\};Authorization=AAD', ${clientId.source}`),
  ],
  ['AZURE_CLIENT_ID', clientId],
];

/** Only where events come by an event hub; the first is read by the code. */
const eventHubSettings: readonly (readonly [setting: string, value: RegExp])[] = [
  ['EVENT_HUB_NAME', /^device-events$/],
  ['EventHubs__credential', /^managedidentity$/],
  ['EventHubs__clientId', clientId],
  [
    'EventHubs__fullyQualifiedNamespace',
    reference('Microsoft\\.EventHub/namespaces/[^/]+', 'serviceBusEndpoint'),
  ],
];

const config = 'Microsoft.Web/sites/config';

describe.each(installations)('the settings of %s', (name) => {
  const prediction = snapshot(name);
  const settings = Object.entries(
    only(prediction, config, '/appsettings').properties as Record<string, string>,
  );
  const fromVault = settings.filter(([, value]) => value.includes('@Microsoft.KeyVault('));
  const own = settings.filter((setting) => !fromVault.includes(setting));

  it('are those that the code and the host read, and no other', () => {
    const streamed = eventHubSettings.map(([setting]) => setting);
    const read = [...product.settings].filter((setting) => ![...unset, ...streamed].includes(setting));
    const wanted = new Set([...read, ...hostSettings.map(([setting]) => setting)]);
    if (sourceOf(name) === 'eventHubs') for (const setting of streamed) wanted.add(setting);
    expect(own.map(([setting]) => setting).sort()).toEqual([...wanted].sort());
  });

  it('hold no secret', () => {
    const secret = /accesskey=|accountkey=|sharedaccess|listkeys\(|password|whsec_/i;
    expect(own.filter(([, value]) => secret.test(value))).toEqual([]);
  });

  it('take from the vault each its own secret, with the identity of the app', () => {
    for (const [setting, value] of fromVault)
      expect(value).toMatch(new RegExp(`'${setting.toLowerCase().replaceAll('_', '-')}'\\)\\]$`));
    const identity = only(prediction, 'Microsoft.ManagedIdentity/userAssignedIdentities').id;
    const reader = valueAt(only(prediction, 'Microsoft.Web/sites'), 'properties.keyVaultReferenceIdentity');
    expect(fromVault.length === 0 ? identity : reader).toBe(identity);
  });
});

it.each(hostSettings)('%s is what its name says', (setting, pattern) => {
  for (const [resource, value] of everywhere(config, `properties.${setting}`, '/appsettings'))
    expect(value, resource).toMatch(pattern);
});

it.each(eventHubSettings)('%s of an event hub is what its name says', (setting, pattern) => {
  expect(valueAt(only(snapshot('full'), config, '/appsettings'), `properties.${setting}`)).toMatch(pattern);
});

it.each(installations)('%s tells the app the source that was deployed', (name) => {
  const { EVENT_SOURCE } = only(snapshot(name), config, '/appsettings').properties as Record<string, string>;
  expect(EVENT_SOURCE).toBe(sourceOf(name));
});

const pagesOfChannels = new URL('../../docs/channels/', import.meta.url);
const secretsOfChannels = readdirSync(pagesOfChannels).flatMap((page) =>
  [...readFileSync(new URL(page, pagesOfChannels), 'utf8').matchAll(/"\$\{(\w+)\}"/g)].map(
    ([, name]) => name!,
  ),
);

it('somewhere receivers are told by secrets of the vault', () => {
  const settings = only(snapshot('full'), config, '/appsettings').properties as Record<string, string>;
  expect(settings.ONCALL_WEBHOOK_SECRET).toContain('@Microsoft.KeyVault(');
});

it.each([...new Set(secretsOfChannels)])(
  'the sample takes %s, which an example uses, from the vault',
  (name) => {
    const settings = only(snapshot('full'), config, '/appsettings').properties as Record<string, string>;
    expect(settings[name]).toContain('@Microsoft.KeyVault(');
  },
);

import { ofType, type Prediction } from './prediction.ts';
import type { Product } from './product.ts';

/** Read by the code, never set in Azure, and why. */
const unset: Readonly<Record<string, string>> = {
  AzureWebJobsStorage: 'a connection string holds a key',
  AzureWebJobsStorage__accountName: 'the endpoints are named instead',
  COMMUNICATION_SERVICES_CONNECTION_STRING: 'it holds a key',
  AZURE_FUNCTIONS_ENVIRONMENT: 'the platform sets it',
  IDENTITY_ENDPOINT: 'the platform sets it',
};

/** Set for the Functions host or for a library, not read by the code itself. */
const hostSettings = [
  'AzureWebJobsStorage__credential',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsStorage__blobServiceUri',
  'AzureWebJobsStorage__queueServiceUri',
  'AzureWebJobsStorage__tableServiceUri',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'AZURE_CLIENT_ID',
];

/** Refused or ignored on Flex Consumption, where functionAppConfig says it. */
const refused = [
  'FUNCTIONS_WORKER_RUNTIME',
  'FUNCTIONS_EXTENSION_VERSION',
  'WEBSITE_RUN_FROM_PACKAGE',
  'SCM_DO_BUILD_DURING_DEPLOYMENT',
  'WEBSITE_NODE_DEFAULT_VERSION',
];

const keyVaultReference = /@Microsoft\.KeyVault\(/;
const looksSecret = /accesskey=|accountkey=|sharedaccess|listkeys\(|password|whsec_/i;

/** Every setting that the code reads is set, every one that is set is read, and none holds a secret. */
export function checkSettings(prediction: Prediction, product: Product): string[] {
  const found = ofType(prediction, 'Microsoft.Web/sites/config').find(({ name }) =>
    name.endsWith('/appsettings'),
  );
  if (!found) return ['the app has no settings'];
  const settings = found.properties as Readonly<Record<string, string>>;
  const set = new Set(Object.keys(settings));
  const problems: string[] = [];
  for (const name of product.settings) {
    if (!set.has(name) && !(name in unset)) problems.push(`the code reads ${name}, which is not set`);
  }
  for (const name of hostSettings) {
    if (!set.has(name)) problems.push(`the host needs ${name}, which is not set`);
  }
  for (const [name, value] of Object.entries(settings)) {
    const fromVault = keyVaultReference.test(value);
    if (name in unset) problems.push(`${name} is set, but ${unset[name]}`);
    else if (refused.includes(name)) problems.push(`${name} is set, which Flex Consumption refuses`);
    else if (!product.settings.has(name) && !hostSettings.includes(name) && !fromVault)
      problems.push(`${name} is set, but nothing reads it`);
    if (!fromVault && looksSecret.test(value)) problems.push(`${name} holds a secret`);
  }
  return problems;
}

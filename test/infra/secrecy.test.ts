import { describe, expect, it } from 'vitest';
import { everywhere, installations, only, snapshot } from './prediction.ts';

const storage = 'Microsoft.Storage/storageAccounts';
const app = 'Microsoft.Web/sites';
const eventHubs = 'Microsoft.EventHub/namespaces';
const vault = 'Microsoft.KeyVault/vaults';
const package_ = 'properties.functionAppConfig.deployment.storage.authentication.type';

describe('identity everywhere: no way in by a key or a password, and nothing without TLS', () => {
  it.each<[type: string, at: string, accepted: readonly unknown[]]>([
    [storage, 'properties.allowSharedKeyAccess', [false]],
    [storage, 'properties.allowBlobPublicAccess', [false]],
    [storage, 'properties.minimumTlsVersion', ['TLS1_2', 'TLS1_3']],
    [storage, 'properties.supportsHttpsTrafficOnly', [true]],
    [`${storage}/blobServices/containers`, 'properties.publicAccess', ['None']],
    [app, 'properties.httpsOnly', [true]],
    [app, 'properties.siteConfig.minTlsVersion', ['1.2', '1.3']],
    [app, 'properties.siteConfig.scmMinTlsVersion', ['1.2', '1.3']],
    [app, 'properties.siteConfig.ftpsState', ['Disabled']],
    [app, 'identity.type', ['UserAssigned']],
    [app, package_, ['UserAssignedIdentity']],
    [`${app}/basicPublishingCredentialsPolicies`, 'properties.allow', [false]],
    ['Microsoft.Insights/components', 'properties.DisableLocalAuth', [true]],
    ['Microsoft.Communication/communicationServices', 'properties.disableLocalAuth', [true]],
    [eventHubs, 'properties.disableLocalAuth', [true]],
    [eventHubs, 'properties.minimumTlsVersion', ['1.2', '1.3']],
    [vault, 'properties.enableRbacAuthorization', [true]],
    [vault, 'properties.enablePurgeProtection', [true]],
  ])('%s: %s is one of %j', (type, at, accepted) => {
    for (const [resource, value] of everywhere(type, at)) expect(accepted, resource).toContain(value);
  });

  it.each(installations)('%s publishes neither by password nor by FTP', (name) => {
    for (const way of ['/scm', '/ftp'])
      expect(only(snapshot(name), `${app}/basicPublishingCredentialsPolicies`, way)).toBeDefined();
  });

  const secret = /list\w*\(|connectionstring|instrumentationkey|accesskey|accountkey|password|whsec_/i;

  it.each([...installations, 'events'] as const)('%s has no secret in an output', (name) => {
    const outputs = Object.entries(snapshot(name).outputs);
    expect(outputs.filter(([output, value]) => secret.test(output + JSON.stringify(value)))).toEqual([]);
  });
});

// The app on Flex Consumption. Runtime and package are named in functionAppConfig; the settings that other plans use
// for them (FUNCTIONS_WORKER_RUNTIME, WEBSITE_RUN_FROM_PACKAGE …) are refused there.

import { network, signInWith, size, source } from 'types.bicep'

param name string
param planName string
param location string
param tags object
param sizing size
param zoneRedundant bool
param networking network
param eventSource source

@description('Subnet that the app joins; empty: none.')
param subnetId string
param storageName string
param packageUrl string
param componentName string
param appIdentity { id: string, clientId: string }

@description('Settings of the responder itself, by name; values are never secrets.')
param settings object

@description('With what people sign in; null: they cannot.')
param signIn signInWith?

@description('Settings whose values are in the vault.')
param receiverSettings string[]

@description('Address of the vault; empty: there is none.')
param vaultUri string

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageName
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

// The function that takes the events.
var ingest = {
  eventGrid: 'receiveConnectionEvent'
  storageQueue: 'receiveQueuedEvents'
  eventHubs: 'receiveStreamedEvents'
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zoneRedundant }
}

var hostSettings = {
  AzureWebJobsStorage__credential: 'managedidentity'
  // `/` is the app's own: without this the host answers with a page of the platform.
  AzureWebJobsDisableHomepage: 'true'
  AzureWebJobsStorage__clientId: appIdentity.clientId
  AzureWebJobsStorage__blobServiceUri: storage.properties.primaryEndpoints.blob
  AzureWebJobsStorage__queueServiceUri: storage.properties.primaryEndpoints.queue
  AzureWebJobsStorage__tableServiceUri: storage.properties.primaryEndpoints.table
  APPLICATIONINSIGHTS_CONNECTION_STRING: component.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${appIdentity.clientId};Authorization=AAD'
  // Which identity the clients of email and logs use.
  AZURE_CLIENT_ID: appIdentity.clientId
}

var secretSettings = toObject(
  receiverSettings,
  setting => setting,
  setting => '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/${toLower(replace(setting, '_', '-'))})'
)

// Event Grid reaches the app from its own addresses; people only from theirs.
var reachableFrom = concat(
  [{ name: 'event-grid', priority: 100, action: 'Allow', tag: 'ServiceTag', ipAddress: 'AzureEventGrid' }],
  map(range(0, length(networking.?allowedIpRanges ?? [])), index => {
    name: 'people-${index}'
    priority: 200 + index
    action: 'Allow'
    tag: 'Default'
    ipAddress: networking.?allowedIpRanges[index] ?? ''
  })
)

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'responder' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${appIdentity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: appIdentity.id
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      runtime: { name: 'node', version: '24' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: appIdentity.id
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: sizing.instanceMemoryMB
        maximumInstanceCount: sizing.maximumInstanceCount
        alwaysReady: sizing.alwaysReady == 0
          ? []
          : [{ name: 'function:${ingest[eventSource]}', instanceCount: sizing.alwaysReady }]
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      ipSecurityRestrictionsDefaultAction: networking.kind == 'vnet' ? 'Deny' : 'Allow'
      ipSecurityRestrictions: networking.kind == 'vnet' ? reachableFrom : []
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(hostSettings, settings, secretSettings)
  }

  resource noPasswordToPublish 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  resource noPasswordForFtp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }
}

// Event Grid, the links of notices and programs with a key are let through: the app itself sends people to sign in.
resource authentication 'Microsoft.Web/sites/config@2024-11-01' = if (signIn != null) {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true, runtimeVersion: '~1' }
    globalValidation: { requireAuthentication: false, unauthenticatedClientAction: 'AllowAnonymous' }
    httpSettings: { requireHttps: true }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: signIn.?clientId ?? ''
          openIdIssuer: '${environment().authentication.loginEndpoint}${signIn.?tenantId ?? tenant().tenantId}/v2.0'
        }
        validation: { allowedAudiences: [signIn.?clientId ?? ''] }
      }
    }
    // Nobody is asked on behalf of who signs in: no token is kept.
    login: { tokenStore: { enabled: false } }
  }
}

output id string = app.id

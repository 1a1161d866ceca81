// One storage account for the host's locks, the package, the state and the queues. Two responders must not share
// one: with one host id they would share the timers' locks. Keys are off, so identities are the only way in.

import { network, roleIds } from 'types.bicep'

param name string
param location string
param tags object
param networking network
param queueNames string[]

@description('The queue of events, for the sources that need one; empty: there is none.')
param eventsQueueName string

@description('Whether Event Grid puts the events of the hub there.')
param takesEvents bool
param tableName string
param redundancy 'Standard_LRS' | 'Standard_ZRS'
param appPrincipalId string
param deployer { id: string, type: 'User' | 'Group' | 'ServicePrincipal' }
param systemTopic { id: string, principalId: string }
param mailTopic { id: string, principalId: string }

var inside = networking.kind == 'vnet'

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      defaultAction: inside ? 'Deny' : 'Allow'
      // Event Grid writes its dead letters as a trusted service.
      bypass: 'AzureServices'
      ipRules: [
        // Storage takes no /31 and /32 ranges; a single address stands alone.
        for range in (networking.?allowedIpRanges ?? []): { value: replace(range, '/32', ''), action: 'Allow' }
      ]
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    isVersioningEnabled: true // earlier configurations can be had back
    deleteRetentionPolicy: { enabled: true, days: 14 }
    containerDeleteRetentionPolicy: { enabled: true, days: 14 }
  }
}

resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs
  name: 'package'
  properties: { publicAccess: 'None' }
}

resource configuration 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs
  name: 'config'
  properties: { publicAccess: 'None' }
}

resource deadLetters 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs
  name: 'dead-letters'
  properties: { publicAccess: 'None' }
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices@2024-01-01' = {
  parent: account
  name: 'default'
}

var allQueues = concat(queueNames, empty(eventsQueueName) ? [] : [eventsQueueName])

resource eachQueue 'Microsoft.Storage/storageAccounts/queueServices/queues@2024-01-01' = [
  for queue in flatten(map(allQueues, queue => [queue, '${queue}-poison'])): {
    parent: queues
    name: queue
  }
]

resource tables 'Microsoft.Storage/storageAccounts/tableServices@2024-01-01' = {
  parent: account
  name: 'default'
}

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2024-01-01' = {
  parent: tables
  name: tableName
}

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'dead-letters-go-after-90-days'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['${deadLetters.name}/'] }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 90 } } }
          }
        }
        {
          name: 'old-versions-go-after-90-days'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'] }
            actions: { version: { delete: { daysAfterCreationGreaterThan: 90 } } }
          }
        }
        {
          // The host writes the status of each timer there once a minute, and each is a version.
          name: 'old-versions-of-the-host-go-after-one-day'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['azure-webjobs-hosts/'] }
            actions: { version: { delete: { daysAfterCreationGreaterThan: 1 } } }
          }
        }
      ]
    }
  }
}

var appRoles = [
  {
    id: roleIds.storageBlobDataOwner
    why: 'The host keeps timer locks and function keys in blobs; the app reads its package and its configuration.'
  }
  {
    id: roleIds.storageQueueDataContributor
    why: 'The app sends and takes wake-ups and notices; the host moves what cannot be handled to the poison queues.'
  }
  {
    id: roleIds.storageTableDataContributor
    why: 'What is believed of devices and sites, and what was told, is kept in the table.'
  }
]

resource appAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in appRoles: {
    scope: account
    name: guid(account.id, appPrincipalId, role.id)
    properties: {
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.id)
      description: role.why
    }
  }
]

resource deadLetterAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: deadLetters
  name: guid(deadLetters.id, systemTopic.principalId, roleIds.storageBlobDataContributor)
  properties: {
    principalId: systemTopic.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roleIds.storageBlobDataContributor
    )
    description: 'Event Grid writes the events here that it could not deliver.'
  }
}

resource eventsQueue 'Microsoft.Storage/storageAccounts/queueServices/queues@2024-01-01' existing = if (takesEvents) {
  parent: queues
  name: eventsQueueName
}

resource eventsAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (takesEvents) {
  scope: eventsQueue
  name: guid(eventsQueue.id, systemTopic.principalId, roleIds.storageQueueDataMessageSender)
  dependsOn: [eachQueue]
  properties: {
    principalId: systemTopic.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roleIds.storageQueueDataMessageSender
    )
    description: 'Event Grid puts the events of the devices here.'
  }
}

resource mailDeadLetterAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: deadLetters
  name: guid(deadLetters.id, mailTopic.principalId, roleIds.storageBlobDataContributor)
  properties: {
    principalId: mailTopic.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roleIds.storageBlobDataContributor
    )
    description: 'Event Grid writes the reports on mails here that it could not deliver.'
  }
}

resource packageAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(deployer.id)) {
  scope: packages
  name: guid(packages.id, deployer.id, roleIds.storageBlobDataContributor)
  properties: {
    principalId: deployer.id
    principalType: deployer.type
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roleIds.storageBlobDataContributor
    )
    description: 'With keys off, whoever publishes needs a data role to put the package here.'
  }
}

resource configurationAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(deployer.id)) {
  scope: configuration
  name: guid(configuration.id, deployer.id, roleIds.storageBlobDataContributor)
  properties: {
    principalId: deployer.id
    principalType: deployer.type
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roleIds.storageBlobDataContributor
    )
    description: 'With keys off, whoever changes the configuration needs a data role to put it here.'
  }
}

output id string = account.id
output packageUrl string = '${account.properties.primaryEndpoints.blob}${packages.name}'

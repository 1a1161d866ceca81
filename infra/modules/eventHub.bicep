// An event hub for fleets whose events come in thousands a second: Event Grid, or a route of the hub, sends to it, and
// the app reads it in batches. Keys are off here too.

import { network, roleIds } from 'types.bicep'

param namespaceName string
param eventHubName string
param location string
param tags object
param networking network
param appPrincipalId string
param systemTopic { id: string, principalId: string }

resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' = {
  name: namespaceName
  location: location
  tags: tags
  sku: { name: 'Standard', tier: 'Standard', capacity: 1 }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: 'Enabled'
    // A storm of reconnects asks for more units than an ordinary day; nothing takes them back (docs/scale.md).
    isAutoInflateEnabled: true
    maximumThroughputUnits: 10
  }

  resource access 'networkRuleSets' = {
    name: 'default'
    properties: {
      defaultAction: networking.kind == 'vnet' ? 'Deny' : 'Allow'
      publicNetworkAccess: 'Enabled'
      // Event Grid and IoT Hub send as trusted services.
      trustedServiceAccessEnabled: true
    }
  }

  resource events 'eventhubs' = {
    name: eventHubName
    properties: {
      // As many instances as partitions can read side by side; the number cannot be changed later.
      partitionCount: 16
      retentionDescription: { cleanupPolicy: 'Delete', retentionTimeInHours: 168 }
    }
  }
}

resource readAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: namespace::events
  name: guid(namespace::events.id, appPrincipalId, roleIds.eventHubsDataReceiver)
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roleIds.eventHubsDataReceiver
    )
    description: 'The app reads the events of the devices here.'
  }
}

resource sendAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: namespace::events
  name: guid(namespace::events.id, systemTopic.principalId, roleIds.eventHubsDataSender)
  properties: {
    principalId: systemTopic.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.eventHubsDataSender)
    description: 'Event Grid sends the events of the devices here.'
  }
}

output id string = namespace::events.id
output namespaceId string = namespace.id
// As https://<namespace>.servicebus.windows.net:443/, in every cloud.
output hostName string = replace(split(namespace.properties.serviceBusEndpoint, '/')[2], ':443', '')

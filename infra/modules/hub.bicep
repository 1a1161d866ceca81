// What is added beside the hub, in the hub's own resource group: its connection logs and its system topic.
// Event Grid allows one system topic per hub; where there is one already, in whichever group, it is used.

import { idParts, roleIds } from 'types.bicep'

param hubName string
param hubLocation string
param tags object
param settingName string
param workspaceId string

@description('`existing`: the hub sends its connection logs to this workspace already; Azure refuses it a second time.')
param connectionLogs 'new' | 'existing'

@description('The system topic that the hub already has; empty: it gets one.')
param existingSystemTopicId string
param newSystemTopicName string
param appPrincipalId string
param readMetrics bool

resource hub 'Microsoft.Devices/IotHubs@2023-06-30' existing = {
  name: hubName
}

resource logSetting 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (connectionLogs == 'new') {
  scope: hub
  name: settingName
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'Connections', enabled: true }]
  }
}

resource newTopic 'Microsoft.EventGrid/systemTopics@2025-02-15' = if (empty(existingSystemTopicId)) {
  name: newSystemTopicName
  location: hubLocation
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    source: hub.id
    topicType: 'Microsoft.Devices.IoTHubs'
  }
}

var found = empty(existingSystemTopicId)
  ? { subscription: subscription().subscriptionId, group: resourceGroup().name, name: newSystemTopicName }
  : idParts(existingSystemTopicId)

resource foundTopic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = if (!empty(existingSystemTopicId)) {
  name: found.name
  scope: resourceGroup(found.subscription, found.group)
}

resource metricsAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (readMetrics) {
  scope: hub
  name: guid(hub.id, appPrincipalId, roleIds.monitoringReader)
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.monitoringReader)
    description: 'The app compares what it believes with the number of devices that the hub counts.'
  }
}

output systemTopic { id: string, principalId: string } = empty(existingSystemTopicId)
  ? { id: newTopic.id, principalId: newTopic!.identity.principalId }
  : { id: foundTopic.id, principalId: foundTopic!.identity.principalId }

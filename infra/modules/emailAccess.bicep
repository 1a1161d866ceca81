// The Communication Services resource may be in another resource group; this stands beside it. Event Grid allows one system
// topic for it; where there is one already, in whichever group, it is used.

import { idParts, roleIds } from 'types.bicep'

param communicationName string
param appPrincipalId string
param tags object

@description('The system topic that the resource already has; empty: it gets one.')
param existingTopicId string
param newTopicName string

resource communication 'Microsoft.Communication/communicationServices@2025-05-01' existing = {
  name: communicationName
}

resource sendAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: communication
  name: guid(communication.id, appPrincipalId, roleIds.communicationAndEmailServiceOwner)
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roleIds.communicationAndEmailServiceOwner
    )
    description: 'The app sends mail; no narrower built-in role can.'
  }
}

resource newTopic 'Microsoft.EventGrid/systemTopics@2025-02-15' = if (empty(existingTopicId)) {
  name: newTopicName
  location: 'global'
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    source: communication.id
    topicType: 'Microsoft.Communication.CommunicationServices'
  }
}

var found = empty(existingTopicId)
  ? { subscription: subscription().subscriptionId, group: resourceGroup().name, name: newTopicName }
  : idParts(existingTopicId)

resource foundTopic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = if (!empty(existingTopicId)) {
  name: found.name
  scope: resourceGroup(found.subscription, found.group)
}

output topic { id: string, principalId: string } = empty(existingTopicId)
  ? { id: newTopic.id, principalId: newTopic!.identity.principalId }
  : { id: foundTopic.id, principalId: foundTopic!.identity.principalId }
output endpoint string = 'https://${communication.properties.hostName}'

// A topic of Event Grid that receivers get notices by may be in another resource group; this stands beside it.

import { roleIds } from 'types.bicep'

param topicName string
param appPrincipalId string

resource topic 'Microsoft.EventGrid/topics@2025-02-15' existing = {
  name: topicName
}

resource sendAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: topic
  name: guid(topic.id, appPrincipalId, roleIds.eventGridDataSender)
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.eventGridDataSender)
    description: 'The app publishes notices to receivers of the kind eventGrid.'
  }
}

// The Communication Services resource may be in another resource group; this stands beside it.

import { roleIds } from 'types.bicep'

param communicationName string
param appPrincipalId string

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

output endpoint string = 'https://${communication.properties.hostName}'

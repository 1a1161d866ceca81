// The workspace may be in another resource group; this stands beside it.

import { roleIds } from 'types.bicep'

param workspaceName string
param appPrincipalId string

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: workspaceName
}

resource logAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: workspace
  name: guid(workspace.id, appPrincipalId, roleIds.logAnalyticsDataReader)
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.logAnalyticsDataReader)
    description: 'The app asks the hub\'s connection logs for the cause of an outage.'
  }
}

@description('The id by which log queries name the workspace.')
output customerId string = workspace.properties.customerId

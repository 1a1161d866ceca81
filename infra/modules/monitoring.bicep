// Where the responder's own telemetry goes, and, unless there is a workspace already, where the hub's logs go.

import { roleIds } from 'types.bicep'

param location string
param tags object

@description('An existing workspace; empty: one is made.')
param existingWorkspaceId string
param newWorkspaceName string
param componentName string

@description('Gigabytes a day after which the new workspace takes no more; -1: no cap.')
param dailyCapGb int
param appPrincipalId string

resource newWorkspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = if (empty(existingWorkspaceId)) {
  name: newWorkspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
    workspaceCapping: { dailyQuotaGb: dailyCapGb }
    features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true }
  }
}

resource component 'Microsoft.Insights/components@2020-02-02' = {
  name: componentName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: empty(existingWorkspaceId) ? newWorkspace.id : existingWorkspaceId
    DisableLocalAuth: true
    IngestionMode: 'LogAnalytics'
  }
}

resource telemetryAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: component
  name: guid(component.id, appPrincipalId, roleIds.monitoringMetricsPublisher)
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roleIds.monitoringMetricsPublisher
    )
    description: 'With local authentication off, telemetry is only taken from this identity.'
  }
}

output workspaceId string = empty(existingWorkspaceId) ? newWorkspace.id : existingWorkspaceId
output componentId string = component.id

// A vault for the secrets of receivers, and nothing else in it. Values are put in by a person, never by a template.

import { network, roleIds } from 'types.bicep'

param name string
param location string
param tags object
param networking network
param workspaceId string
param appPrincipalId string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
    networkAcls: {
      defaultAction: networking.kind == 'vnet' ? 'Deny' : 'Allow'
      bypass: 'AzureServices'
      ipRules: [for range in (networking.?allowedIpRanges ?? []): { value: range }]
    }
  }
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'AuditEvent', enabled: true }]
  }
}

resource secretAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, appPrincipalId, roleIds.keyVaultSecretsUser)
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.keyVaultSecretsUser)
    description: 'App settings of receivers are references to secrets here.'
  }
}

output id string = vault.id
output uri string = vault.properties.vaultUri

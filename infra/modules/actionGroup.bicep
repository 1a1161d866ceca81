// Who gets the responder's own alerts, and the budget's.

param name string
param tags object
param emails string[]

@secure()
@description('Address that gets each alert in the common alert schema; empty: none.')
param webhook string

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${name}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: take('resp-${name}', 12)
    enabled: true
    emailReceivers: [for address in emails: { name: address, emailAddress: address, useCommonAlertSchema: true }]
    webhookReceivers: empty(webhook) ? [] : [{ name: 'webhook', serviceUri: webhook, useCommonAlertSchema: true }]
  }
}

output id string = group.id

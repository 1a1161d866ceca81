// Once the link to the hub is taken away nothing fails any more: no event comes, no delivery is refused. So the removal
// itself fires, from the activity log. It stands in the hub's resource group, beside what it watches.

param name string
param tags object
param hubId string
param systemTopicId string
param actionGroupId string

@description('Where the runbooks are, as an address or a path of the repository.')
param runbooks string

var removals = [
  'Microsoft.EventGrid/systemTopics/delete'
  'Microsoft.EventGrid/systemTopics/eventSubscriptions/delete'
  'Microsoft.Insights/diagnosticSettings/delete'
]

resource hubLinkRemoved 'Microsoft.Insights/activityLogAlerts@2020-10-01' = {
  name: 'alert-${name}-hub-link-removed'
  location: 'global'
  tags: tags
  properties: {
    description: 'The hub\'s system topic, its event subscription or its connection logs were deleted: the responder is blind. Runbook: ${runbooks}#hub-link-removed'
    enabled: true
    scopes: [systemTopicId, hubId]
    condition: {
      allOf: [
        { field: 'category', equals: 'Administrative' }
        { anyOf: map(removals, operation => { field: 'operationName', equals: operation }) }
        { field: 'status', equals: 'Succeeded' }
      ]
    }
    actions: {
      actionGroups: [{ actionGroupId: actionGroupId, webhookProperties: { runbook: '${runbooks}#hub-link-removed' } }]
    }
  }
}

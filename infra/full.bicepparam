// Everything that can be chosen: existing workspace, mail service and system topic in other resource groups,
// events by an event hub, a virtual network, secrets in a vault, budget, and an instance that is always ready.
using 'main.bicep'

param name = 'plants'
param location = 'westeurope'
param tags = { costCentre: 'operations' }

param hubId = '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-hub/providers/Microsoft.Devices/IotHubs/hub-fleet-01'
param hubLocation = 'northeurope'
param systemTopicId = '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-events/providers/Microsoft.EventGrid/systemTopics/hub-fleet-01-events'
param readHubMetrics = true
param eventSource = 'eventHubs'

param workspaceId = '/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/log-central'
param mailService = {
  communicationServiceId: '/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-mail/providers/Microsoft.Communication/communicationServices/acs-central'
  sender: 'responder@notify.contoso.example'
}

param mailTopicId = '/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-mail/providers/Microsoft.EventGrid/systemTopics/acs-central-events'
param noticeTopicIds = ['/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-events/providers/Microsoft.EventGrid/topics/plant-notices']

param sizing = { instanceMemoryMB: 4096, maximumInstanceCount: 400, alwaysReady: 2 }
param networking = {
  kind: 'vnet'
  addressPrefix: '10.40.0.0/24'
  allowedIpRanges: ['203.0.113.16/28', '198.51.100.7/32']
}
param zoneRedundant = true
param receiverSettings = [
  'ONCALL_WEBHOOK_URL'
  'ONCALL_WEBHOOK_SECRET'
  'PAGERDUTY_KEY'
  'PAGERDUTY_OLD_KEY'
  'SLACK_TOKEN'
  'SLACK_WEBHOOK_URL'
  'TEAMS_URL'
  'SMTP_PASSWORD'
  'HEARTBEAT_URL'
]
param signIn = { clientId: '44444444-4444-4444-4444-444444444444' }
param deployerId = '33333333-3333-3333-3333-333333333333'
param deployerType = 'ServicePrincipal'

param alertEmails = ['responder-alerts@contoso.example', 'duty@contoso.example']
param alertWebhook = 'https://alerts.contoso.example/azure'
param connectedDevicesAlert = { kind: 'static', fewerThan: 950 }
param alertThresholds = { functionFailures: 20, deliveryFailures: 100, overdueMinutes: 3 }
param budget = { amount: 200, start: '2026-12-01' }
param runbooks = 'https://docs.contoso.example/responder/operations'

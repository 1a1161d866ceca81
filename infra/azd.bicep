metadata name = 'IoT Hub disconnect responder: all of it for `azd up`'
metadata description = 'Makes the resource group and deploys main.bicep into it. More can be chosen by main.bicep itself.'

import { checkedGroup } from 'modules/checks.bicep'

targetScope = 'subscription'

@description('Name of the azd environment, of lower-case letters, digits and dashes; it names the installation.')
@minLength(2)
@maxLength(12)
param environmentName string

@metadata({ azd: { type: 'location' } })
param location string

@description('The resource group that is made, owned, and deleted by `azd down` with all that is in it. Empty: `rg-responder-…`.')
@maxLength(90)
param resourceGroupName string = ''

// azd asks for what has no default, before its hooks, and keeps the answer where they do not find it. So these two have
// one, and main.bicep refuses it.
@description('Resource id of the IoT hub; needed.')
param hubId string = ''

@description('Region of the hub. Empty: that of the responder.')
param hubLocation string = ''

@description('Addresses that get the responder\'s own alerts, with commas between them; needed.')
param alertEmails string = ''

@description('Object id of whoever runs azd.')
param principalId string = ''
param principalType 'User' | 'Group' | 'ServicePrincipal' = 'User'

@description('Resource id of the hub\'s system topic, if it has one already.')
param systemTopicId string = ''

@description('Resource id of an existing workspace.')
param workspaceId string = ''

@description('Resource id of an existing Communication Services resource, with the sender to use.')
param communicationServiceId string = ''
param emailSender string = ''

@description('Resource id of that resource\'s system topic, if it has one already.')
param mailTopicId string = ''

@description('Resource ids of topics of Event Grid that receivers get notices by, with commas between them.')
param noticeTopicIds string = ''

@description('Names of app settings that the configuration takes from the vault, with commas between them.')
param receiverSettings string = ''

// azd knows texts only: of the rest of what main.bicep can be told, this is what fits into one.

@description('How the events of the hub come to the app.')
param eventSource 'eventGrid' | 'storageQueue' | 'eventHubs' = 'eventGrid'

@description('`new`, or `existing` for a hub that sends its connection logs to the workspace already.')
param connectionLogs 'new' | 'existing' = 'new'

@description('`true`: the app may read the hub\'s metrics.')
param readHubMetrics string = ''

@description('Prefix of a virtual network of its own, at least a /24. Empty: open to networks.')
param vnetAddressPrefix string = ''

@description('Public addresses (CIDR) from which people reach what is inside, with commas between them.')
param allowedIpRanges string = ''

@description('Your own mail domain; `true` once its DNS records are verified.')
param emailDomain string = ''
param emailDomainVerified string = ''

@description('Where Communication Services keeps data at rest.')
param emailDataLocation string = 'Europe'

@secure()
@description('Webhook that gets the responder\'s own alerts too.')
param alertWebhook string = ''

@description('Gigabytes a day after which a new workspace takes no more logs; -1: no cap.')
param dailyCapGb string = '5'

@description('Memory of an instance.')
param instanceMemoryMB '512' | '2048' | '4096' = '2048'

@description('Instances of the ingest function that are always ready, 0 to 20; 0: none.')
param alwaysReady string = '1'

func listOf(text string) string[] => filter(map(split(text, ','), item => trim(item)), item => !empty(item))

func isTrue(text string) bool => toLower(text) == 'true'

var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: checkedGroup(
    empty(resourceGroupName) ? 'rg-responder-${environmentName}' : resourceGroupName,
    subscription().subscriptionId,
    concat([hubId, systemTopicId, workspaceId, communicationServiceId, mailTopicId], listOf(noticeTopicIds))
  )
  location: location
  tags: tags
}

module responder 'main.bicep' = {
  name: 'responder'
  scope: group
  params: {
    name: environmentName
    location: location
    tags: tags
    hubId: hubId
    hubLocation: empty(hubLocation) ? location : hubLocation
    systemTopicId: systemTopicId
    workspaceId: workspaceId
    mailService: empty(communicationServiceId)
      ? null
      : { communicationServiceId: communicationServiceId, sender: emailSender }
    mailTopicId: mailTopicId
    noticeTopicIds: listOf(noticeTopicIds)
    receiverSettings: listOf(receiverSettings)
    eventSource: eventSource
    connectionLogs: connectionLogs
    readHubMetrics: isTrue(readHubMetrics)
    networking: empty(vnetAddressPrefix)
      ? { kind: 'open' }
      : { kind: 'vnet', addressPrefix: vnetAddressPrefix, allowedIpRanges: listOf(allowedIpRanges) }
    emailDomain: emailDomain
    emailDomainVerified: isTrue(emailDomainVerified)
    emailDataLocation: emailDataLocation
    alertWebhook: alertWebhook
    dailyCapGb: int(dailyCapGb)
    sizing: {
      instanceMemoryMB: instanceMemoryMB == '512' ? 512 : instanceMemoryMB == '4096' ? 4096 : 2048
      maximumInstanceCount: 100
      alwaysReady: int(alwaysReady)
    }
    deployerId: principalId
    deployerType: principalType
    alertEmails: listOf(alertEmails)
  }
}

// azd keeps these in its environment; the hooks and events.bicepparam read them there.
output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output FUNCTION_APP_NAME string = responder.outputs.functionAppName
output SERVICE_RESPONDER_NAME string = responder.outputs.functionAppName
output STORAGE_ACCOUNT_NAME string = responder.outputs.storageAccountName
output EVENT_SUBSCRIPTION_NAME string = responder.outputs.eventSubscriptionName
output EVENT_SOURCE string = responder.outputs.eventSource
output EVENT_HUB_ID string = responder.outputs.eventHubId
output SYSTEM_TOPIC_ID string = responder.outputs.systemTopicId
output MAIL_TOPIC_ID string = responder.outputs.mailTopicId
output DEPLOYER_ID string = principalId
output VAULT_NAME string = responder.outputs.vaultName
output EMAIL_SENDER string = responder.outputs.emailSender

metadata name = 'IoT Hub disconnect responder'
metadata description = 'Everything but the event subscription, which follows the code: see events.bicep.'

import {
  checkedEmails
  checkedId
  checkedName
  checkedPrefix
  checkedRanges
  checkedSettings
  checkedWorkspaceId
} from 'modules/checks.bicep'
import { connectedDevices, idParts, monthlyBudget, network, signInWith, size, source, thresholds } from 'modules/types.bicep'

// This installation

@description('Short name of this installation, of lower-case letters, digits and dashes; part of the name of every resource.')
@minLength(2)
@maxLength(12)
param name string
param location string = resourceGroup().location
param tags object = {}

// The hub

@description('Resource id of the IoT hub. It may be in another resource group or subscription of the same tenant.')
param hubId string

@description('Region of the hub: its system topic must be there.')
param hubLocation string = location

@description('Resource id of the hub\'s system topic if it has one already; it needs a system-assigned identity. Empty: one is made.')
param systemTopicId string = ''

@description('How the events of the hub come to the app: `eventGrid` for most, `storageQueue` where no delivery may wait for a cold app, `eventHubs` for large fleets.')
param eventSource source = 'eventGrid'

@description('The hub\'s connection logs: `new`, or `existing` for a hub that sends them to `workspaceId` already.')
param connectionLogs 'new' | 'existing' = 'new'

@description('Whether the app may read the hub\'s metrics; `hubs` in the configuration needs it.')
param readHubMetrics bool = false

// What may exist already

@description('Resource id of the workspace for the hub\'s connection logs and the responder\'s telemetry. Empty: one is made.')
param workspaceId string = ''

@description('Gigabytes a day after which a new workspace takes no more logs; -1: no cap.')
param dailyCapGb int = 5

@description('The Communication Services resource to use, and the sender address on it. Left out: one is made.')
param mailService { communicationServiceId: string, sender: string }?

@description('Resource id of the system topic that an existing Communication Services resource has already; it needs a system-assigned identity. Empty: one is made.')
param mailTopicId string = ''

@description('Your own domain for a new Communication Services resource. Empty: one that Azure manages, for 10 mails an hour.')
param emailDomain string = ''

@description('Set to true and deploy again once the DNS records of `emailDomain` are verified; until then Azure\'s domain sends.')
param emailDomainVerified bool = false

@description('Where Communication Services keeps data at rest.')
param emailDataLocation string = 'Europe'

@description('Endpoints of Azure Monitor outside the public cloud. Empty: the public ones.')
param monitorEndpoints { logs: string, metrics: string } = { logs: '', metrics: '' }

// The app

@description('One instance that takes events is always ready, because a cold app can refuse the first event after a quiet time; `alwaysReady: 0` saves its price.')
param sizing size = { instanceMemoryMB: 2048, maximumInstanceCount: 100, alwaysReady: 1 }
param networking network = { kind: 'open' }
param storageRedundancy 'Standard_LRS' | 'Standard_ZRS' = 'Standard_LRS'

@description('Whether instances and storage are spread over the zones of the region, which not every region has. No deployment moves storage that is there.')
param zoneRedundant bool = false

@description('Path of the configuration: a blob of the container `config`, or a file of the package.')
param configuration string = 'blob:config/responder.config.yaml'

@description('Address of this installation in links of notices. Empty: the app\'s own.')
param publicUrl string = ''

@description('The app registration with which people sign in to the pages; `tenantId` is its directory, that of the deployment by default. Left out: nobody can, and pages are closed.')
param signIn signInWith?

@description('App settings that the configuration takes as `\${NAME}`; the vault has each as `name`, in lower case with dashes.')
param receiverSettings string[] = []

@description('Resource ids of topics of Event Grid to which receivers of the kind `eventGrid` have notices published; the app may send to them.')
param noticeTopicIds string[] = []

@description('Object id of whoever publishes the code and the configuration. Empty: nobody gets a data role.')
param deployerId string = ''
param deployerType 'User' | 'Group' | 'ServicePrincipal' = 'User'

// Who watches the responder

@description('Addresses that get the responder\'s own alerts.')
param alertEmails string[]

@secure()
@description('Webhook that gets them too, in the common alert schema. Empty: none.')
param alertWebhook string = ''

@description('When to warn that too few devices are connected to the hub.')
param connectedDevicesAlert connectedDevices = { kind: 'dynamic', sensitivity: 'Medium' }

@description('When the responder\'s own alerts fire.')
param alertThresholds thresholds = { functionFailures: 4, deliveryFailures: 20, overdueMinutes: 5 }

@description('Monthly budget of this resource group, in the currency of the subscription. Left out: none.')
param budget monthlyBudget?

@description('Where the runbooks are; every alert names its own.')
param runbooks string = 'docs/operations.md'

var token = uniqueString(resourceGroup().id, name)
var unique = '${checkedName(name)}-${token}'
// What stands in other groups has the token too: another installation there may be called the same.
var besideTheHub = 'responder-${unique}'
// azd marks with this tag what belongs to one of its environments; what stands beside the hub may outlive that.
var tagsBesideTheHub = toObject(
  filter(items(tags), tag => tag.key != 'azd-env-name'),
  tag => tag.key,
  tag => tag.value
)
var hub = idParts(checkedId(hubId, 'Microsoft.Devices/IotHubs'))
var hubsTopicId = empty(systemTopicId) ? '' : checkedId(systemTopicId, 'Microsoft.EventGrid/systemTopics')
var workspace = empty(workspaceId)
  ? { subscription: subscription().subscriptionId, group: resourceGroup().name, name: 'log-${unique}' }
  : idParts(checkedId(workspaceId, 'Microsoft.OperationalInsights/workspaces'))
var communication = mailService == null
  ? { subscription: subscription().subscriptionId, group: resourceGroup().name, name: 'acs-${unique}' }
  : idParts(checkedId(mailService!.communicationServiceId, 'Microsoft.Communication/communicationServices'))
// Checked once, for all that take it.
var access = networking.kind == 'vnet'
  ? union(networking, { allowedIpRanges: checkedRanges(networking.?allowedIpRanges ?? []) })
  : networking
var functionAppName = 'func-${unique}'
var storageName = 'st${take(toLower(replace(name, '-', '')), 9)}${token}'
var componentName = 'appi-${unique}'
var eventsName = 'device-events'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${unique}'
  location: location
  tags: tags
}

var appIdentity = {
  id: identity.id
  principalId: identity.properties.principalId
  clientId: identity.properties.clientId
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'responder-${name}-monitoring'
  params: {
    location: location
    tags: tags
    existingWorkspaceId: checkedWorkspaceId(workspaceId, connectionLogs)
    newWorkspaceName: workspace.name
    componentName: componentName
    dailyCapGb: dailyCapGb
    appPrincipalId: appIdentity.principalId
  }
}

module workspaceAccess 'modules/workspaceAccess.bicep' = {
  name: '${besideTheHub}-workspace'
  scope: resourceGroup(workspace.subscription, workspace.group)
  dependsOn: [monitoring]
  params: {
    workspaceName: workspace.name
    appPrincipalId: appIdentity.principalId
  }
}

module hubSide 'modules/hub.bicep' = {
  name: '${besideTheHub}-hub'
  scope: resourceGroup(hub.subscription, hub.group)
  params: {
    hubName: hub.name
    hubLocation: hubLocation
    tags: tagsBesideTheHub
    settingName: besideTheHub
    connectionLogs: connectionLogs
    workspaceId: monitoring.outputs.workspaceId
    existingSystemTopicId: hubsTopicId
    // A hub's name may be as long as a topic's.
    newSystemTopicName: take('evgt-${hub.name}', 50)
    appPrincipalId: appIdentity.principalId
    readMetrics: readHubMetrics
  }
}

module storage 'modules/storage.bicep' = {
  name: 'responder-${name}-storage'
  params: {
    name: storageName
    location: location
    tags: tags
    redundancy: zoneRedundant ? 'Standard_ZRS' : storageRedundancy
    networking: access
    queueNames: ['site-evaluations', 'notices']
    // What a batch of an event hub could not store is kept there too.
    eventsQueueName: eventSource == 'eventGrid' ? '' : eventsName
    takesEvents: eventSource == 'storageQueue'
    tableName: 'Fleet'
    appPrincipalId: appIdentity.principalId
    deployer: { id: deployerId, type: deployerType }
    systemTopic: hubSide.outputs.systemTopic
    mailTopic: emailAccess.outputs.topic
  }
}

module email 'modules/email.bicep' = if (mailService == null) {
  name: 'responder-${name}-email'
  params: {
    name: unique
    tags: tags
    dataLocation: emailDataLocation
    domain: emailDomain
    domainVerified: emailDomainVerified
  }
}

module emailAccess 'modules/emailAccess.bicep' = {
  name: '${besideTheHub}-email-access'
  scope: resourceGroup(communication.subscription, communication.group)
  dependsOn: [email]
  params: {
    communicationName: communication.name
    appPrincipalId: appIdentity.principalId
    tags: tagsBesideTheHub
    existingTopicId: empty(mailTopicId) ? '' : checkedId(mailTopicId, 'Microsoft.EventGrid/systemTopics')
    newTopicName: take('evgt-${communication.name}', 50)
  }
}

module topicAccess 'modules/topicAccess.bicep' = [
  for (id, index) in noticeTopicIds: {
    name: '${besideTheHub}-topic-${index}'
    scope: resourceGroup(idParts(checkedId(id, 'Microsoft.EventGrid/topics')).subscription, idParts(id).group)
    params: {
      topicName: idParts(id).name
      appPrincipalId: appIdentity.principalId
    }
  }
]

module secrets 'modules/secrets.bicep' = if (!empty(receiverSettings)) {
  name: 'responder-${name}-secrets'
  params: {
    name: 'kv-${take(replace(name, '-', ''), 7)}-${token}'
    location: location
    tags: tags
    networking: access
    workspaceId: monitoring.outputs.workspaceId
    appPrincipalId: appIdentity.principalId
  }
}

module eventHub 'modules/eventHub.bicep' = if (eventSource == 'eventHubs') {
  name: 'responder-${name}-event-hub'
  params: {
    namespaceName: 'evhns-${unique}'
    eventHubName: eventsName
    location: location
    tags: tags
    networking: access
    appPrincipalId: appIdentity.principalId
    systemTopic: hubSide.outputs.systemTopic
  }
}

module net 'modules/network.bicep' = if (networking.kind == 'vnet') {
  name: 'responder-${name}-network'
  params: {
    name: unique
    location: location
    tags: tags
    addressPrefix: checkedPrefix(networking.?addressPrefix ?? '')
    storageId: storage.outputs.id
    vaultId: empty(receiverSettings) ? '' : secrets!.outputs.id
    eventHubsId: eventSource == 'eventHubs' ? eventHub!.outputs.namespaceId : ''
  }
}

var eventHubSettings = eventSource == 'eventHubs'
  ? {
      EVENT_HUB_NAME: eventsName
      EventHubs__fullyQualifiedNamespace: eventHub!.outputs.hostName
      EventHubs__credential: 'managedidentity'
      EventHubs__clientId: appIdentity.clientId
    }
  : {}

module functionApp 'modules/functionApp.bicep' = {
  name: 'responder-${name}-app'
  params: {
    name: functionAppName
    planName: 'plan-${unique}'
    location: location
    tags: tags
    sizing: sizing
    zoneRedundant: zoneRedundant
    networking: access
    subnetId: networking.kind == 'vnet' ? net!.outputs.appSubnetId : ''
    storageName: storageName
    packageUrl: storage.outputs.packageUrl
    componentName: last(split(monitoring.outputs.componentId, '/'))
    appIdentity: { id: appIdentity.id, clientId: appIdentity.clientId }
    eventSource: eventSource
    settings: union(eventHubSettings, {
      EVENT_SOURCE: eventSource
      RESPONDER_CONFIG: configuration
      COMMUNICATION_SERVICES_ENDPOINT: emailAccess.outputs.endpoint
      EMAIL_SENDER: mailService == null ? email!.outputs.sender : mailService!.sender
      LOG_ANALYTICS_WORKSPACE_ID: workspaceAccess.outputs.customerId
      LOG_ANALYTICS_ENDPOINT: monitorEndpoints.logs
      METRICS_ENDPOINT: monitorEndpoints.metrics
      // The app believes who asks only where App Service Authentication says so.
      SIGN_IN: signIn == null ? 'off' : 'platform'
      PUBLIC_URL: empty(publicUrl) ? 'https://${functionAppName}.azurewebsites.net' : publicUrl
    })
    signIn: signIn
    receiverSettings: checkedSettings(receiverSettings)
    vaultUri: empty(receiverSettings) ? '' : secrets!.outputs.uri
  }
}

module actionGroup 'modules/actionGroup.bicep' = {
  name: 'responder-${name}-action-group'
  params: {
    name: name
    tags: tags
    emails: checkedEmails(alertEmails)
    webhook: alertWebhook
  }
}

module fleetAlerts 'modules/fleetAlerts.bicep' = {
  name: 'responder-${name}-fleet-alerts'
  params: {
    name: name
    tags: tags
    hubId: hubId
    hubLocation: hubLocation
    watch: connectedDevicesAlert
    actionGroupId: actionGroup.outputs.id
    runbooks: runbooks
  }
}

module hubLinkAlert 'modules/hubLinkAlert.bicep' = {
  name: '${besideTheHub}-hub-link-alert'
  scope: resourceGroup(hub.subscription, hub.group)
  params: {
    name: unique
    tags: tagsBesideTheHub
    hubId: hubId
    systemTopicId: hubSide.outputs.systemTopic.id
    actionGroupId: actionGroup.outputs.id
    runbooks: runbooks
  }
}

module selfAlerts 'modules/selfAlerts.bicep' = {
  name: 'responder-${name}-self-alerts'
  params: {
    name: name
    location: location
    tags: tags
    componentId: monitoring.outputs.componentId
    workspaceId: monitoring.outputs.workspaceId
    systemTopicId: hubSide.outputs.systemTopic.id
    subscriptionName: besideTheHub
    limits: alertThresholds
    actionGroupId: actionGroup.outputs.id
    runbooks: runbooks
  }
}

module budgetWatch 'modules/budget.bicep' = if (budget != null) {
  name: 'responder-${name}-budget'
  params: {
    name: name
    amount: budget!.amount
    start: budget!.start
    actionGroupId: actionGroup.outputs.id
  }
}

module workbook 'modules/workbook.bicep' = {
  name: 'responder-${name}-workbook'
  params: {
    name: name
    location: location
    tags: tags
    componentId: monitoring.outputs.componentId
  }
}

output hubId string = hubId
output functionAppName string = functionAppName
output storageAccountName string = storageName
output eventSubscriptionName string = besideTheHub
output eventSource source = eventSource
output eventHubId string = eventSource == 'eventHubs' ? eventHub!.outputs.id : ''
output systemTopicId string = hubSide.outputs.systemTopic.id
output mailTopicId string = emailAccess.outputs.topic.id
output vaultName string = empty(receiverSettings) ? '' : last(split(secrets!.outputs.id, '/'))
output emailSender string = mailService == null ? email!.outputs.sender : mailService!.sender

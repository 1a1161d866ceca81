// Shapes of the parameters, and facts that several modules share.

@export()
@description('Open to networks and closed to keys, or inside a virtual network with private endpoints.')
@discriminator('kind')
type network = openNetwork | virtualNetwork

type openNetwork = {
  kind: 'open'
}

type virtualNetwork = {
  kind: 'vnet'

  @description('At least a /24: half of it for the app, a part of the rest for private endpoints.')
  addressPrefix: string

  @description('Public addresses (CIDR) from which people reach the app, the configuration and the vault.')
  allowedIpRanges: string[]
}

@export()
@description('When to warn that fewer devices are connected than there should be.')
@discriminator('kind')
type connectedDevices = unwatched | fewerThan | unusual

type unwatched = {
  kind: 'off'
}

type fewerThan = {
  kind: 'static'

  @minValue(1)
  fewerThan: int
}

type unusual = {
  kind: 'dynamic'
  sensitivity: 'Low' | 'Medium' | 'High'
}

@export()
@description('Size of the Flex Consumption app.')
type size = {
  instanceMemoryMB: 512 | 2048 | 4096

  @minValue(40)
  @maxValue(1000)
  maximumInstanceCount: int

  @description('Instances of the ingest function that are always ready; 0: none.')
  @minValue(0)
  @maxValue(20)
  alwaysReady: int
}

@export()
@description('How the events of the hub come: from Event Grid to a function, by a storage queue, or by an event hub.')
type source = 'eventGrid' | 'storageQueue' | 'eventHubs'

@export()
@description('When the responder\'s own alerts fire.')
type thresholds = {
  @description('Failed runs of functions in 15 minutes.')
  @minValue(0)
  functionFailures: int

  @description('Failed deliveries of events in 15 minutes.')
  @minValue(0)
  deliveryFailures: int

  @description('How long a site may wait for its turn.')
  @minValue(1)
  overdueMinutes: int
}

@export()
@description('A monthly budget of the resource group, in the currency of the subscription.')
type monthlyBudget = {
  @minValue(1)
  amount: int

  @description('First day of the month in which it was made, as `2026-12-01`; Azure refuses to change it later.')
  start: string
}

// A role assignment is named by scope, principal and role, so that a topic or an identity that was made again, and so has
// another principal, gets its role with the next deployment.
@export()
@description('Built-in roles that the responder uses, and no others.')
var roleIds = {
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  storageBlobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  storageQueueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
  monitoringReader: '43d0d8ad-25c7-4714-9337-8ba259a9fe05'
  logAnalyticsDataReader: '3b03c2da-16b3-4a49-8834-0f8130efdd3b'
  communicationAndEmailServiceOwner: '09976791-48a7-449e-bb21-39d1a415f350'
  eventGridDataSender: 'd5a91429-5739-47e2-a06b-3470a27159e7'
  storageQueueDataMessageSender: 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a'
  eventHubsDataReceiver: 'a638d3c7-ab3a-418d-83e6-5f17a39d4fde'
  eventHubsDataSender: '2b629674-e913-4c01-ae53-ef4638d8f975'
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c5362a28'
}

@export()
func idParts(resourceId string) { subscription: string, group: string, name: string } => {
  subscription: split(resourceId, '/')[2]
  group: split(resourceId, '/')[4]
  name: last(split(resourceId, '/'))
}

@export()
@description('An app registration of Microsoft Entra ID that issues ID tokens; no secret is needed.')
type signInWith = {
  @description('Its application id.')
  clientId: string

  @description('Its directory; that of the deployment by default.')
  tenantId: string?
}

metadata name = 'IoT Hub disconnect responder: event subscriptions'
metadata description = 'Deployed after the code: Event Grid accepts a subscription only once its function exists.'

import { idParts, source } from 'modules/types.bicep'

@description('Output `eventSubscriptionName` of main.bicep.')
param eventSubscriptionName string

@description('Output `functionAppName` of main.bicep.')
param functionAppName string

@description('Output `systemTopicId` of main.bicep.')
param systemTopicId string

@description('Output `storageAccountName` of main.bicep.')
param storageAccountName string

@description('Output `eventSource` of main.bicep.')
param eventSource source = 'eventGrid'

@description('Output `eventHubId` of main.bicep; for `eventHubs` only. Empty there: the hub\'s own route brings the events, and nothing is subscribed.')
param eventHubId string = ''

@description('Output `mailTopicId` of main.bicep. Empty: nobody hears which mails did not arrive.')
param mailTopicId string = ''

var topic = idParts(systemTopicId)
var mailTopic = empty(mailTopicId) ? topic : idParts(mailTopicId)

resource functionApp 'Microsoft.Web/sites@2024-11-01' existing = {
  name: functionAppName

  resource ingest 'functions' existing = {
    name: 'receiveConnectionEvent'
  }

  resource reports 'functions' existing = {
    name: 'receiveDeliveryReport'
  }
}

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageAccountName
}

module connectionState 'modules/eventSubscription.bicep' = if (eventSource != 'eventHubs' || !empty(eventHubId)) {
  name: '${eventSubscriptionName}-events'
  scope: resourceGroup(topic.subscription, topic.group)
  params: {
    systemTopicName: topic.name
    subscriptionName: eventSubscriptionName
    destination: eventSource == 'storageQueue'
      ? { kind: 'queue', queueName: 'device-events' }
      : eventSource == 'eventHubs'
          ? { kind: 'eventHub', eventHubId: eventHubId }
          : { kind: 'function', functionId: functionApp::ingest.id }
    storageId: storage.id
    // No filter on data.moduleId: a hub that sends "" for devices would lose their events.
    eventTypes: [
      'Microsoft.Devices.DeviceConnected'
      'Microsoft.Devices.DeviceDisconnected'
      'Microsoft.Devices.DeviceCreated'
      'Microsoft.Devices.DeviceDeleted'
    ]
  }
}

module deliveryReports 'modules/eventSubscription.bicep' = if (!empty(mailTopicId)) {
  name: '${eventSubscriptionName}-reports'
  scope: resourceGroup(mailTopic.subscription, mailTopic.group)
  params: {
    systemTopicName: mailTopic.name
    subscriptionName: eventSubscriptionName
    destination: { kind: 'function', functionId: functionApp::reports.id }
    storageId: storage.id
    eventTypes: ['Microsoft.Communication.EmailDeliveryReportReceived']
  }
}

metadata name = 'IoT Hub disconnect responder: event subscription'
metadata description = 'Deployed after the code: Event Grid accepts the subscription only once the function exists.'

import { idParts } from 'modules/types.bicep'

@description('Output `eventSubscriptionName` of main.bicep.')
param eventSubscriptionName string

@description('Output `functionAppName` of main.bicep.')
param functionAppName string

@description('Output `systemTopicId` of main.bicep.')
param systemTopicId string

@description('Output `storageAccountName` of main.bicep.')
param storageAccountName string

var topic = idParts(systemTopicId)

resource functionApp 'Microsoft.Web/sites@2024-11-01' existing = {
  name: functionAppName

  resource ingest 'functions' existing = {
    name: 'receiveConnectionEvent'
  }
}

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageAccountName
}

module connectionState 'modules/eventSubscription.bicep' = {
  name: '${eventSubscriptionName}-events'
  scope: resourceGroup(topic.subscription, topic.group)
  params: {
    systemTopicName: topic.name
    subscriptionName: eventSubscriptionName
    functionId: functionApp::ingest.id
    storageId: storage.id
  }
}

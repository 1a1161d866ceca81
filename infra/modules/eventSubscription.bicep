// In the resource group of the hub's system topic, under it.

param systemTopicName string
param subscriptionName string
param functionId string
param storageId string

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: systemTopicName
}

resource connectionState 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: subscriptionName
  properties: {
    eventDeliverySchema: 'EventGridSchema'
    filter: {
      // No filter on data.moduleId: a hub that sends "" for devices would lose their events.
      includedEventTypes: [
        'Microsoft.Devices.DeviceConnected'
        'Microsoft.Devices.DeviceDisconnected'
        'Microsoft.Devices.DeviceCreated'
        'Microsoft.Devices.DeviceDeleted'
      ]
    }
    destination: {
      endpointType: 'AzureFunction'
      properties: {
        resourceId: functionId
        // A batch is answered within 30 seconds or sent again as a whole; Event Grid never waits to fill one.
        maxEventsPerBatch: 200
        preferredBatchSizeInKilobytes: 256
      }
    }
    retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
    deadLetterWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: { resourceId: storageId, blobContainerName: 'dead-letters' }
      }
    }
  }
}

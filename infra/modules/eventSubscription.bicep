// In the resource group of a system topic, under it: what the topic tells goes to a function.

param systemTopicName string
param subscriptionName string
param functionId string
param storageId string

@description('The types of events to ask for, and no others.')
param eventTypes string[]

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: systemTopicName
}

resource events 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: subscriptionName
  properties: {
    eventDeliverySchema: 'EventGridSchema'
    filter: {
      includedEventTypes: eventTypes
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

// In the resource group of a system topic, under it: what the topic tells goes to a function.

@discriminator('kind')
type endpoint = functionEndpoint | queueEndpoint | eventHubEndpoint

type functionEndpoint = { kind: 'function', functionId: string }

@description('In the same account as the dead letters.')
type queueEndpoint = { kind: 'queue', queueName: string }

type eventHubEndpoint = { kind: 'eventHub', eventHubId: string }

param systemTopicName string
param subscriptionName string

@description('Where the events go.')
param destination endpoint
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
    destination: destination.kind == 'function'
      ? {
          endpointType: 'AzureFunction'
          properties: {
            resourceId: destination.functionId
            // A batch is answered within 30 seconds or sent again as a whole; Event Grid never waits to fill one.
            maxEventsPerBatch: 200
            preferredBatchSizeInKilobytes: 256
          }
        }
      : null
    // By the topic's identity: there is no key to keep.
    deliveryWithResourceIdentity: destination.kind == 'function'
      ? null
      : {
          identity: { type: 'SystemAssigned' }
          destination: destination.kind == 'queue'
            ? {
                endpointType: 'StorageQueue'
                properties: {
                  resourceId: storageId
                  queueName: destination.queueName
                  queueMessageTimeToLiveInSeconds: 604800
                }
              }
            : {
                endpointType: 'EventHub'
                properties: { resourceId: destination.eventHubId }
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

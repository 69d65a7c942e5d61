import { containers, nameOf, undeliveredContainer } from 'names.bicep'

@description('Ends every name.')
@minLength(5)
param token string
@description('Queue that the events go to.')
param queueId string
@description('Account that keeps what could not be delivered.')
param undeliveredAccountId string

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: nameOf('evgt', token)
}

// Into the queue and not to a webhook: no key, no handshake with code that is not deployed yet, retries and dead letters for nothing.
resource uploads 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: containers.batchInput
  properties: {
    eventDeliverySchema: 'CloudEventSchemaV1_0'
    filter: {
      includedEventTypes: ['Microsoft.Storage.BlobCreated']
      subjectBeginsWith: '/blobServices/default/containers/${containers.batchInput}/blobs/'
    }
    deliveryWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      destination: { endpointType: 'ServiceBusQueue', properties: { resourceId: queueId } }
    }
    deadLetterWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: { resourceId: undeliveredAccountId, blobContainerName: undeliveredContainer }
      }
    }
    // A timer finds what never arrived, so an old event is worth nothing. The queue remembers ids for as long: a repeated delivery is dropped.
    retryPolicy: { eventTimeToLiveInMinutes: 60, maxDeliveryAttempts: 30 }
  }
}

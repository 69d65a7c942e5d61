import { containers, nameOf, tagsType, undeliveredContainer } from 'names.bicep'

@description('Region.')
param location string
@description('Ends every name.')
@minLength(5)
param token string
@description('On every resource.')
param tags tagsType
@description('Account whose blobs are watched.')
param dataAccountId string
@description('Queue that the events go to.')
param queueId string
@description('Identity that delivers them; it may send to the queue before this module is deployed.')
param identityId string
@description('Account that keeps what could not be delivered.')
param undeliveredAccountId string
@description('The account that keeps them is closed: Event Grid gets into it by a system-assigned identity only, so nothing is kept.')
param isPrivate bool

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: nameOf('evgt', token)
  location: location
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    source: dataAccountId
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
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
      identity: { type: 'UserAssigned', userAssignedIdentity: identityId }
      destination: { endpointType: 'ServiceBusQueue', properties: { resourceId: queueId } }
    }
    deadLetterWithResourceIdentity: isPrivate
      ? null
      : {
          identity: { type: 'UserAssigned', userAssignedIdentity: identityId }
          deadLetterDestination: {
            endpointType: 'StorageBlob'
            properties: { resourceId: undeliveredAccountId, blobContainerName: undeliveredContainer }
          }
        }
    // A timer finds what never arrived, so an old event is worth nothing.
    retryPolicy: { eventTimeToLiveInMinutes: 60, maxDeliveryAttempts: 30 }
  }
}

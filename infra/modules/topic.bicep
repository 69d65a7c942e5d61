import { nameOf, tagsType } from 'names.bicep'

@description('Region.')
param location string
@description('Ends every name.')
@minLength(5)
param token string
@description('On every resource.')
param tags tagsType
@description('Account whose blobs are watched.')
param dataAccountId string

// An identity of its own: only by such a one does Event Grid get into a queue and an account that are closed to others.
resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: nameOf('evgt', token)
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    source: dataAccountId
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

output principalId string = topic.identity.principalId

import { nameOf, tagsType } from 'names.bicep'

@description('Region.')
param location string
@description('Ends every name.')
@minLength(5)
param token string
@description('On every resource.')
param tags tagsType

// One for each component, so that each can do its own work and nothing else.
resource functions 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: nameOf('id-functions', token)
  location: location
  tags: tags
}

resource trainer 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: nameOf('id-trainer', token)
  location: location
  tags: tags
}

// Counts messages and pulls the image; never reaches the trainer's container.
resource scaler 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: nameOf('id-scaler', token)
  location: location
  tags: tags
}

@description('Resource id, client id and object id of each identity.')
type identityType = { id: string, clientId: string, principalId: string }

output functions identityType = {
  id: functions.id
  clientId: functions.properties.clientId
  principalId: functions.properties.principalId
}
output trainer identityType = {
  id: trainer.id
  clientId: trainer.properties.clientId
  principalId: trainer.properties.principalId
}
output scaler identityType = {
  id: scaler.id
  clientId: scaler.properties.clientId
  principalId: scaler.properties.principalId
}

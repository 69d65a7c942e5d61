import { containers, plainNameOf, tagsType } from 'names.bicep'
import { roles } from 'roles.bicep'

@description('Region.')
param location string
@description('Ends every name.')
@minLength(5)
param token string
@description('On every resource.')
param tags tagsType
@description('Only from the virtual network, and by Azure\'s trusted services.')
param isPrivate bool
@description('Days after which what was uploaded for batches is deleted; results stay.')
@minValue(1)
param batchInputDays int
@description('Object id of the functions\' identity.')
param functionsPrincipal string
@description('Object id of the trainer\'s identity.')
param trainerPrincipal string

resource account 'Microsoft.Storage/storageAccounts@2026-04-01' = {
  name: plainNameOf('stdata', token)
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    networkAcls: { bypass: 'AzureServices', defaultAction: isPrivate ? 'Deny' : 'Allow' }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2026-04-01' = {
  parent: account
  name: 'default'
  properties: {
    containerDeleteRetentionPolicy: { enabled: true, days: 14 }
    // A running job's record is written every 20 s, and each of its versions would be kept and billed.
    deleteRetentionPolicy: { enabled: false }
  }
}

resource all 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-04-01' = [
  for container in items(containers): {
    parent: blobs
    name: container.value
  }
]

resource policy 'Microsoft.Storage/storageAccounts/managementPolicies@2026-04-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          // An Idempotency-Key counts for a day. What else is there says which model a batch is of, for as long as its results stay.
          name: 'requests'
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['${containers.requests}/keys/'] }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 7 } } }
          }
        }
        {
          // A file to import is removed when its import ends; what nobody imported, and what a cancelled import left, goes by itself.
          name: 'weights-uploads'
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['${containers.weights}/uploads/'] }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 7 } } }
          }
        }
        {
          name: 'batch-input'
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['${containers.batchInput}/'] }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: batchInputDays } } }
          }
        }
      ]
    }
  }
}

// Container by container: who holds the trainer's identity can't touch a request, a data set or a batch.
var grants = [
  { container: containers.jobs, component: 'functions', principal: functionsPrincipal, role: roles.storageBlobDataContributor }
  { container: containers.active, component: 'functions', principal: functionsPrincipal, role: roles.storageBlobDataContributor }
  { container: containers.requests, component: 'functions', principal: functionsPrincipal, role: roles.storageBlobDataContributor }
  { container: containers.models, component: 'functions', principal: functionsPrincipal, role: roles.storageBlobDataContributor }
  { container: containers.datasets, component: 'functions', principal: functionsPrincipal, role: roles.storageBlobDataContributor }
  { container: containers.weights, component: 'functions', principal: functionsPrincipal, role: roles.storageBlobDataContributor }
  { container: containers.batchInput, component: 'functions', principal: functionsPrincipal, role: roles.storageBlobDataContributor }
  { container: containers.batchOutput, component: 'functions', principal: functionsPrincipal, role: roles.storageBlobDataContributor }
  { container: containers.jobs, component: 'trainer', principal: trainerPrincipal, role: roles.storageBlobDataContributor }
  { container: containers.active, component: 'trainer', principal: trainerPrincipal, role: roles.storageBlobDataContributor }
  { container: containers.models, component: 'trainer', principal: trainerPrincipal, role: roles.storageBlobDataContributor }
  { container: containers.datasets, component: 'trainer', principal: trainerPrincipal, role: roles.storageBlobDataReader }
  { container: containers.weights, component: 'trainer', principal: trainerPrincipal, role: roles.storageBlobDataContributor }
]

resource granted 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-04-01' existing = [
  for grant in grants: {
    parent: blobs
    name: grant.container
  }
]

resource onContainers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (grant, i) in grants: {
    name: guid(account.id, grant.container, grant.principal, grant.role)
    scope: granted[i]
    properties: {
      principalId: grant.principal
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grant.role)
    }
    dependsOn: [all]
  }
]

// Upload URLs are signed with a key that the account gives to the identity, not with the account's own.
resource delegator 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, functionsPrincipal, roles.storageBlobDelegator)
  scope: account
  properties: {
    principalId: functionsPrincipal
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDelegator)
  }
}

output accountId string = account.id

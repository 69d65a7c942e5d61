import { batchQueue, nameOf, plainNameOf, undeliveredContainer } from 'names.bicep'
import { roles } from 'roles.bicep'

@description('Ends every name.')
@minLength(5)
param token string
@description('Object id of the identity that delivers blob events.')
param eventsPrincipal string

resource queue 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' existing = {
  name: '${nameOf('sb', token)}/${batchQueue}'
}

resource undelivered 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-04-01' existing = {
  name: '${plainNameOf('sthost', token)}/default/${undeliveredContainer}'
}

resource deliver 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(queue.id, eventsPrincipal, roles.serviceBusDataSender)
  scope: queue
  properties: {
    principalId: eventsPrincipal
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataSender)
  }
}

resource keep 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(undelivered.id, eventsPrincipal, roles.storageBlobDataContributor)
  scope: undelivered
  properties: {
    principalId: eventsPrincipal
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataContributor)
  }
}

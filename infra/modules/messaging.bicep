import { batchQueue, nameOf, subnets, tagsType, trainingQueue } from 'names.bicep'
import { roles } from 'roles.bicep'

@description('Region.')
param location string
@description('Ends every name.')
@minLength(5)
param token string
@description('On every resource.')
param tags tagsType
@description('Only from the virtual network, and by Azure\'s trusted services: takes the Premium tier.')
param isPrivate bool
@description('Object id of the functions\' identity.')
param functionsPrincipal string
@description('Object id of the trainer\'s identity.')
param trainerPrincipal string
@description('Object id of the scaler\'s identity.')
param scalerPrincipal string

resource namespace 'Microsoft.ServiceBus/namespaces@2026-01-01' = {
  name: nameOf('sb', token)
  location: location
  tags: tags
  sku: isPrivate
    ? { name: 'Premium', tier: 'Premium', capacity: 1 }
    : { name: 'Standard', tier: 'Standard' }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: 'Enabled'
  }
}

resource network 'Microsoft.ServiceBus/namespaces/networkRuleSets@2026-01-01' = if (isPrivate) {
  parent: namespace
  name: 'default'
  properties: {
    // Event Grid delivers from outside the network; everything else has to be inside.
    defaultAction: 'Deny'
    // With no rule at all a namespace stays open whatever the default is.
    virtualNetworkRules: [
      {
        subnet: { id: resourceId('Microsoft.Network/virtualNetworks/subnets', nameOf('vnet', token), subnets.functions) }
        ignoreMissingVnetServiceEndpoint: false
      }
    ]
    trustedServiceAccessEnabled: true
    publicNetworkAccess: 'Enabled'
  }
}

// Both queues as the embedded broker has them, except for the times to live, which the emulator's format cuts short.
resource training 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' = {
  parent: namespace
  name: trainingQueue
  properties: {
    lockDuration: 'PT5M'
    maxDeliveryCount: 10
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: 'PT10M'
    deadLetteringOnMessageExpiration: true
  }
}

resource batches 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' = {
  parent: namespace
  name: batchQueue
  properties: {
    lockDuration: 'PT5M'
    maxDeliveryCount: 10
    requiresDuplicateDetection: true
    // For as long as Event Grid repeats a delivery.
    duplicateDetectionHistoryTimeWindow: 'PT1H'
    deadLetteringOnMessageExpiration: true
  }
}

var trainingGrants = [
  { component: 'functions', principal: functionsPrincipal, role: roles.serviceBusDataSender }
  { component: 'functions', principal: functionsPrincipal, role: roles.serviceBusDataReceiver }
  { component: 'trainer', principal: trainerPrincipal, role: roles.serviceBusDataSender }
  { component: 'trainer', principal: trainerPrincipal, role: roles.serviceBusDataReceiver }
  // Counting takes the right to manage, which no narrower built-in role has: on this one queue.
  { component: 'scaler', principal: scalerPrincipal, role: roles.serviceBusDataOwner }
]

var batchGrants = [
  { component: 'functions', principal: functionsPrincipal, role: roles.serviceBusDataSender }
  { component: 'functions', principal: functionsPrincipal, role: roles.serviceBusDataReceiver }
]

resource onTraining 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for grant in trainingGrants: {
    name: guid(training.id, grant.principal, grant.role)
    scope: training
    properties: {
      principalId: grant.principal
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grant.role)
    }
  }
]

resource onBatches 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for grant in batchGrants: {
    name: guid(batches.id, grant.principal, grant.role)
    scope: batches
    properties: {
      principalId: grant.principal
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grant.role)
    }
  }
]

// The trigger's scaling goes by the length of its queue, which neither sending nor receiving may read; the built-in role that may also manages.
resource counting 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, 'queue-counter')
  properties: {
    roleName: 'WrnCloud queue counter ${token}'
    description: 'Reads the properties of a queue, its length among them. No message can be seen, sent or taken by it.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [{ actions: ['Microsoft.ServiceBus/namespaces/queues/read'], notActions: [], dataActions: [], notDataActions: [] }]
  }
}

resource functionsCount 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(namespace.id, functionsPrincipal, counting.name)
  scope: namespace
  properties: {
    principalId: functionsPrincipal
    principalType: 'ServicePrincipal'
    roleDefinitionId: counting.id
  }
}

output namespaceId string = namespace.id
output batchQueueId string = batches.id

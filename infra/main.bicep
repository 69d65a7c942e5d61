targetScope = 'subscription'

import { acceleratorType } from 'modules/names.bicep'

@description('Name of the environment, which tells one deployment from another.')
@minLength(2)
@maxLength(40)
param environmentName string

@description('Region of everything.')
@metadata({ azd: { type: 'location' } })
param location string

@description('What trains. GPUs need a quota; cpu needs none.')
param accelerator acceleratorType = 'gpu-t4'

@description('Everything that can be reached only through a virtual network is. Chosen at first: tiers and networks can\'t be changed later.')
param useVirtualNetwork bool = false

@description('Days after which what was uploaded for batches is deleted; results stay.')
@minValue(1)
param batchInputDays int = 90

@description('Functions start in a worker that the platform keeps warm. False is the way around a host that crashes on .NET 10.')
param useWarmWorker bool = true

@description('Gigabytes of logs a day, after which more are dropped.')
@minValue(1)
param logDailyCapGb int = 1

@description('Budget per month in the currency of the subscription; 0 for none, which some offers need. It warns by mail and stops nothing.')
@minValue(0)
param monthlyBudget int = 100

@description('First day of the month in which the budget starts; empty for this month. It can\'t be changed later.')
param budgetStart string = ''

@description('Not to be set.')
param thisMonth string = utcNow('yyyy-MM-01')

var budgetStartOrNow = empty(budgetStart) ? thisMonth : budgetStart
var token = uniqueString(subscription().id, environmentName, location)
var tags = { 'azd-env-name': environmentName, app: 'wrncloud' }

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identities 'modules/identities.bicep' = {
  scope: group
  params: { location: location, token: token, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    location: location
    token: token
    tags: tags
    dailyCapGb: logDailyCapGb
    publishers: [
      { component: 'functions', principal: identities.outputs.functions.principalId }
      { component: 'trainer', principal: identities.outputs.trainer.principalId }
    ]
  }
}

module messaging 'modules/messaging.bicep' = {
  scope: group
  params: {
    location: location
    token: token
    tags: tags
    isPrivate: useVirtualNetwork
    functionsPrincipal: identities.outputs.functions.principalId
    trainerPrincipal: identities.outputs.trainer.principalId
    scalerPrincipal: identities.outputs.scaler.principalId
  }
  dependsOn: [network]
}

module hostStorage 'modules/host-storage.bicep' = {
  scope: group
  params: {
    location: location
    token: token
    tags: tags
    isPrivate: useVirtualNetwork
    functionsPrincipal: identities.outputs.functions.principalId
  }
}

module dataStorage 'modules/data-storage.bicep' = {
  scope: group
  params: {
    location: location
    token: token
    tags: tags
    isPrivate: useVirtualNetwork
    batchInputDays: batchInputDays
    functionsPrincipal: identities.outputs.functions.principalId
    trainerPrincipal: identities.outputs.trainer.principalId
  }
}

module registry 'modules/registry.bicep' = {
  scope: group
  params: {
    location: location
    token: token
    tags: tags
    isSmall: accelerator == 'cpu'
    isPrivate: useVirtualNetwork
    pullPrincipal: identities.outputs.scaler.principalId
  }
}

module network 'modules/network.bicep' = if (useVirtualNetwork) {
  scope: group
  params: { location: location, token: token, tags: tags }
}

module dataEndpoint 'modules/private-endpoint.bicep' = if (useVirtualNetwork) {
  scope: group
  params: {
    location: location
    token: token
    tags: tags
    target: 'data'
    targetId: dataStorage.outputs.accountId
    service: 'blob'
  }
  dependsOn: [network]
}

module hostEndpoint 'modules/private-endpoint.bicep' = if (useVirtualNetwork) {
  scope: group
  params: {
    location: location
    token: token
    tags: tags
    target: 'host'
    targetId: hostStorage.outputs.accountId
    service: 'blob'
  }
  dependsOn: [network]
}

module busEndpoint 'modules/private-endpoint.bicep' = if (useVirtualNetwork) {
  scope: group
  params: {
    location: location
    token: token
    tags: tags
    target: 'bus'
    targetId: messaging.outputs.namespaceId
    service: 'namespace'
  }
  dependsOn: [network]
}

module registryEndpoint 'modules/private-endpoint.bicep' = if (useVirtualNetwork) {
  scope: group
  params: {
    location: location
    token: token
    tags: tags
    target: 'registry'
    targetId: registry.outputs.registryId
    service: 'registry'
  }
  dependsOn: [network]
}

module environments 'modules/environment.bicep' = {
  scope: group
  params: {
    location: location
    token: token
    tags: tags
    accelerator: accelerator
    isPrivate: useVirtualNetwork
  }
  dependsOn: [monitoring, network]
}

// After the roles, which take a while to count.
module functions 'modules/functions.bicep' = {
  scope: group
  params: {
    location: location
    token: token
    tags: tags
    identity: { id: identities.outputs.functions.id, clientId: identities.outputs.functions.clientId }
    accelerator: accelerator
    isPrivate: useVirtualNetwork
    useWarmWorker: useWarmWorker
  }
  dependsOn: [network, monitoring, messaging, hostStorage, dataStorage, dataEndpoint, hostEndpoint, busEndpoint]
}

module topic 'modules/topic.bicep' = {
  scope: group
  params: { location: location, token: token, tags: tags, dataAccountId: dataStorage.outputs.accountId }
}

module eventGrants 'modules/event-grants.bicep' = {
  scope: group
  params: { token: token, eventsPrincipal: topic.outputs.principalId }
  dependsOn: [messaging, hostStorage]
}

// Event Grid checks the topic's rights when the subscription is made, and rights take minutes to count: it comes after all that takes long anyway.
module events 'modules/events.bicep' = {
  scope: group
  params: { token: token, queueId: messaging.outputs.batchQueueId, undeliveredAccountId: hostStorage.outputs.accountId }
  dependsOn: [eventGrants, functions, environments, registry, alerts, dataEndpoint, hostEndpoint, busEndpoint, registryEndpoint]
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: { location: location, token: token, tags: tags }
  dependsOn: [messaging, monitoring]
}

module budget 'modules/budget.bicep' = if (monthlyBudget > 0) {
  scope: group
  params: { amount: max(monthlyBudget, 1), start: budgetStartOrNow }
}

// azd keeps these in the environment; the trainer's module reads the token back.
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_CONTAINER_REGISTRY_ENDPOINT string = registry.outputs.loginServer
output WRN_RESOURCE_TOKEN string = token
output WRN_ENDPOINT string = 'https://${functions.outputs.hostName}'
// A budget's start can't be changed, so it is what it was the first time.
output WRN_BUDGET_START string = budgetStartOrNow
output WRN_FUNCTION_APP string = functions.outputs.appName

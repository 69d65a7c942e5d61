import { acceleratorType, deploymentContainer, nameOf, plainNameOf, quiet, subnets, tagsType, trainerMemoryGiB } from 'names.bicep'

@description('Region.')
param location string
@description('Ends every name.')
@minLength(5)
param token string
@description('On every resource.')
param tags tagsType
@description('Identity of the app: resource id and client id.')
param identity { id: string, clientId: string }
@description('What trains, for its memory.')
param accelerator acceleratorType
@description('Calls out from the virtual network.')
param isPrivate bool
@description('Starts in a worker that the platform keeps warm. Without it a start takes longer, and a host that crashes on .NET 10 does not.')
param useWarmWorker bool

resource host 'Microsoft.Storage/storageAccounts@2026-04-01' existing = {
  name: plainNameOf('sthost', token)
}

resource data 'Microsoft.Storage/storageAccounts@2026-04-01' existing = {
  name: plainNameOf('stdata', token)
}

resource bus 'Microsoft.ServiceBus/namespaces@2026-01-01' existing = {
  name: nameOf('sb', token)
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: nameOf('appi', token)
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: nameOf('plan', token)
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: nameOf('func', token)
  location: location
  tags: union(tags, { 'azd-service-name': 'functions' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: isPrivate
      ? resourceId('Microsoft.Network/virtualNetworks/subnets', nameOf('vnet', token), subnets.functions)
      : null
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${host.properties.primaryEndpoints.blob}${deploymentContainer}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id }
        }
      }
      // '10' is accepted too, and the host then fails to start.
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: 40
        // A picture at the limit takes 160 MB while it is decoded: of 2,048 MB, a bit less than half.
        triggers: { http: { perInstanceConcurrency: 6 } }
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      appSettings: [
        { name: 'AZURE_CLIENT_ID', value: identity.clientId }
        { name: 'AzureWebJobsStorage__blobServiceUri', value: host.properties.primaryEndpoints.blob }
        { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
        { name: 'AzureWebJobsStorage__clientId', value: identity.clientId }
        { name: 'Storage__BlobServiceUri', value: data.properties.primaryEndpoints.blob }
        { name: 'ServiceBus__fullyQualifiedNamespace', value: split(replace(bus.properties.serviceBusEndpoint, 'https://', ''), ':')[0] }
        { name: 'ServiceBus__credential', value: 'managedidentity' }
        { name: 'ServiceBus__clientId', value: identity.clientId }
        { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insights.properties.ConnectionString }
        { name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', value: 'ClientId=${identity.clientId};Authorization=AAD' }
        // A training that can't fit is refused when it is asked for.
        { name: 'Trainer__MemoryGiB', value: trainerMemoryGiB(accelerator) }
        ...quiet
        // The host's page at / tells what runs here.
        { name: 'AzureWebJobsDisableHomepage', value: 'true' }
        ...(useWarmWorker ? [] : [{ name: 'WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED', value: '0' }])
      ]
    }
  }

  // Code is published with the deployer's own token, never with a user name and password.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }
  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

output appName string = app.name
output hostName string = app.properties.defaultHostName

import { plainNameOf, tagsType } from 'names.bicep'
import { roles } from 'roles.bicep'

@description('Region.')
param location string
@description('Ends every name.')
@minLength(5)
param token string
@description('On every resource.')
param tags tagsType
@description('The trainer trains on CPUs: its image is small.')
param isSmall bool
@description('Only from the virtual network: takes the Premium tier, and builds then need an agent pool or an image pushed from inside.')
param isPrivate bool
@description('Object id of the identity that pulls the trainer\'s image.')
param pullPrincipal string

// Two of the images with CUDA fill the 10 GiB of the Basic tier.
resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' = {
  name: plainNameOf('cr', token)
  location: location
  tags: tags
  sku: { name: isPrivate ? 'Premium' : isSmall ? 'Basic' : 'Standard' }
  properties: {
    adminUserEnabled: false
    anonymousPullEnabled: false
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkRuleBypassOptions: 'AzureServices'
  }
}

resource pull 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(registry.id, pullPrincipal, roles.acrPull)
  scope: registry
  properties: {
    principalId: pullPrincipal
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.acrPull)
  }
}

output registryId string = registry.id
output loginServer string = registry.properties.loginServer

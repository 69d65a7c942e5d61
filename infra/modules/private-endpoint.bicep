import { nameOf, privateZones, subnets, tagsType } from 'names.bicep'

@description('Region.')
param location string
@description('Ends every name.')
@minLength(5)
param token string
@description('On every resource.')
param tags tagsType
@description('What it is called after.')
param target string
@description('What is reached.')
param targetId string
@description('Which of its services.')
param service 'blob' | 'namespace' | 'registry'

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' existing = {
  name: privateZones[service]
}

resource endpoint 'Microsoft.Network/privateEndpoints@2025-05-01' = {
  name: nameOf('pep-${target}', token)
  location: location
  tags: tags
  properties: {
    subnet: { id: resourceId('Microsoft.Network/virtualNetworks/subnets', nameOf('vnet', token), subnets.endpoints) }
    privateLinkServiceConnections: [{ name: target, properties: { privateLinkServiceId: targetId, groupIds: [service] } }]
  }

  resource names 'privateDnsZoneGroups' = {
    name: 'default'
    properties: { privateDnsZoneConfigs: [{ name: service, properties: { privateDnsZoneId: zone.id } }] }
  }
}

import { nameOf, privateZones, subnets, tagsType } from 'names.bicep'

@description('Region.')
param location string
@description('Ends every name.')
@minLength(5)
param token string
@description('On every resource.')
param tags tagsType

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: nameOf('vnet', token)
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.20.0.0/16'] }
    subnets: [
      {
        name: subnets.functions
        properties: {
          addressPrefix: '10.20.0.0/24'
          serviceEndpoints: [{ service: 'Microsoft.ServiceBus' }]
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: subnets.trainer
        properties: {
          addressPrefix: '10.20.2.0/23'
          delegations: [{ name: 'environment', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: subnets.endpoints
        properties: {
          addressPrefix: '10.20.4.0/24'
          privateEndpointNetworkPolicies: 'Disabled'
        }
      }
    ]
  }
}

// Private names are the same in every region.
resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in items(privateZones): {
    name: zone.value
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zone, i) in items(privateZones): {
    parent: zones[i]
    name: nameOf('link', token)
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: network.id }
    }
  }
]

import { acceleratorType, accelerators, nameOf, subnets, tagsType } from 'names.bicep'

@description('Region.')
param location string
@description('Ends every name.')
@minLength(5)
param token string
@description('On every resource.')
param tags tagsType
@description('What the trainer runs on.')
param accelerator acceleratorType
@description('Within the virtual network.')
param isPrivate bool

var chosen = accelerators[accelerator]

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' existing = {
  name: nameOf('log', token)
}

resource environment 'Microsoft.App/managedEnvironments@2026-01-01' = {
  name: nameOf('cae', token)
  location: location
  tags: tags
  properties: {
    // Through a diagnostic setting rather than with the workspace's shared key, which is switched off.
    appLogsConfiguration: { destination: 'azure-monitor' }
    workloadProfiles: union(
      [{ name: 'Consumption', workloadProfileType: 'Consumption' }],
      chosen.profile == 'Consumption' ? [] : [{ name: chosen.profile, workloadProfileType: chosen.profileType }]
    )
    vnetConfiguration: isPrivate
      ? {
          infrastructureSubnetId: resourceId('Microsoft.Network/virtualNetworks/subnets', nameOf('vnet', token), subnets.trainer)
          internal: true
        }
      : null
  }
}

// The newest version that is not a preview knows no groups of categories.
#disable-next-line use-recent-api-versions
resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: environment
  properties: {
    workspaceId: workspace.id
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
  }
}

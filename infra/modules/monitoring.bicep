import { nameOf, tagsType } from 'names.bicep'
import { roles } from 'roles.bicep'

@description('Region.')
param location string
@description('Ends every name.')
@minLength(5)
param token string
@description('On every resource.')
param tags tagsType
@description('Gigabytes a day after which logs are dropped: a loop that logs must not cost more than what it runs on.')
@minValue(1)
param dailyCapGb int
@description('Who sends telemetry: the component, and its identity\'s object id.')
param publishers { component: string, principal: string }[]

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: nameOf('log', token)
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
    features: { disableLocalAuth: true }
    workspaceCapping: { dailyQuotaGb: dailyCapGb }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: nameOf('appi', token)
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource publish 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for publisher in publishers: {
    name: guid(insights.id, publisher.principal, roles.monitoringMetricsPublisher)
    scope: insights
    properties: {
      principalId: publisher.principal
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.monitoringMetricsPublisher)
    }
  }
]

import { nameOf, tagsType } from 'names.bicep'

@description('Region.')
param location string
@description('Ends every name.')
@minLength(5)
param token string
@description('On every resource.')
param tags tagsType

resource bus 'Microsoft.ServiceBus/namespaces@2026-01-01' existing = {
  name: nameOf('sb', token)
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: nameOf('appi', token)
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' existing = {
  name: nameOf('log', token)
}

resource owner 'Microsoft.Authorization/roleDefinitions@2022-04-01' existing = {
  scope: subscription()
  name: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635'
}

// A mail to whom the subscription or the group belongs, by the role that they hold. Nothing is granted by it.
resource mail 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: nameOf('ag', token)
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'wrncloud'
    enabled: true
    armRoleReceivers: [{ name: 'owners', roleId: owner.name, useCommonAlertSchema: true }]
  }
}

resource deadLetters 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: nameOf('alert-dead-letters', token)
  location: 'global'
  tags: tags
  properties: {
    description: 'Messages that were given up: a job that ends its trainer each time, or an event that nobody can read. See docs/operations.md.'
    severity: 2
    enabled: true
    scopes: [bus.id]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'deadLetters'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'DeadletteredMessages'
          dimensions: [{ name: 'EntityName', operator: 'Include', values: ['*'] }]
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: [{ actionGroupId: mail.id }]
  }
}

resource failures 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: nameOf('alert-function-failures', token)
  location: 'global'
  tags: tags
  properties: {
    description: 'Functions that fail: requests answered 5xx, timers and queue functions that threw.'
    severity: 2
    enabled: true
    scopes: [insights.id]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'failures'
          metricNamespace: 'microsoft.insights/components'
          metricName: 'requests/failed'
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 5
        }
      ]
    }
    actions: [{ actionGroupId: mail.id }]
  }
}

// Past the cap nothing is seen any more, the other alerts' telemetry included.
resource logCap 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: nameOf('alert-log-cap', token)
  location: location
  tags: tags
  properties: {
    description: 'The daily cap of logs is reached (WRN_LOG_DAILY_CAP_GB): what comes until tomorrow is dropped.'
    severity: 3
    enabled: true
    scopes: [workspace.id]
    evaluationFrequency: 'PT1H'
    windowSize: 'PT1H'
    criteria: {
      allOf: [
        {
          query: '_LogOperation | where Category =~ "Ingestion" | where Detail has "OverQuota"'
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    autoMitigate: false
    actions: { actionGroups: [mail.id] }
  }
}

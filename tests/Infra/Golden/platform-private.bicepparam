using '../../../infra/main.bicep'

param environmentName = 'golden'
param location = 'swedencentral'
param accelerator = 'gpu-t4'
param useVirtualNetwork = true
param budgetStart = '2026-01-01'

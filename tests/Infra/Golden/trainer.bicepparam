using '../../../infra/trainer.bicep'

param environmentName = 'golden'
param location = 'swedencentral'
param token = 'goldentoken12'
param image = 'crgoldentoken12.azurecr.io/wrncloud/trainer-golden:azd-deploy-1'
param accelerator = 'gpu-t4'

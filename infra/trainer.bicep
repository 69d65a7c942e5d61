import { acceleratorType, accelerators, nameOf, plainNameOf, quiet, trainerMemoryGiB, trainingQueue } from 'modules/names.bicep'

// Deployed by azd once the image is built, so that no placeholder ever starts on a GPU, exits and is started again.

@description('Name of the environment.')
param environmentName string
@description('Region.')
param location string = resourceGroup().location
@description('Ends every name: what the platform\'s deployment has put out.')
@minLength(5)
param token string
@description('The image, with its registry.')
param image string
@description('What trains; as in the platform.')
param accelerator acceleratorType = 'gpu-t4'
// Whole numbers in strings: for a service's module azd fills the parameters in as text and converts nothing.
@description('Replicas at once, each with one job and one GPU.')
@minLength(1)
param maxTrainers string = '2'
@description('Hours after which the platform ends a replica. The longest job has to fit, with its checkpoints and its export.')
@minLength(1)
param maxJobHours string = '24'

var chosen = accelerators[accelerator]

resource environment 'Microsoft.App/managedEnvironments@2026-01-01' existing = {
  name: nameOf('cae', token)
}

resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' existing = {
  name: plainNameOf('cr', token)
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: nameOf('id-trainer', token)
}

resource scaler 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: nameOf('id-scaler', token)
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

resource job 'Microsoft.App/jobs@2026-01-01' = {
  name: nameOf('trainer', token)
  location: location
  tags: { 'azd-env-name': environmentName, 'azd-service-name': 'trainer', app: 'wrncloud' }
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {}, '${scaler.id}': {} }
  }
  properties: {
    environmentId: environment.id
    workloadProfileName: chosen.profile
    configuration: {
      triggerType: 'Event'
      replicaTimeout: int(maxJobHours) * 3600
      // A failed pull counts as a failed replica; a failed training is redelivered by the queue.
      replicaRetryLimit: 1
      registries: [{ server: registry.properties.loginServer, identity: scaler.id }]
      // Who may manage the queue and pull images counts and pulls, and never reaches the container.
      identitySettings: [
        { identity: scaler.id, lifecycle: 'None' }
        { identity: identity.id, lifecycle: 'Main' }
      ]
      eventTriggerConfig: {
        parallelism: 1
        replicaCompletionCount: 1
        scale: {
          minExecutions: 0
          maxExecutions: int(maxTrainers)
          pollingInterval: 30
          rules: [
            {
              name: trainingQueue
              type: 'azure-servicebus'
              identity: scaler.id
              // One replica for a message: locked ones count until their job ends. The default would be five.
              metadata: { namespace: bus.name, queueName: trainingQueue, messageCount: '1' }
            }
          ]
        }
      }
    }
    template: {
      containers: [
        {
          name: 'trainer'
          image: image
          resources: { cpu: json(chosen.cpu), memory: chosen.memory }
          env: [
            { name: 'AZURE_CLIENT_ID', value: identity.properties.clientId }
            { name: 'Storage__BlobServiceUri', value: data.properties.primaryEndpoints.blob }
            { name: 'ServiceBus__fullyQualifiedNamespace', value: split(replace(bus.properties.serviceBusEndpoint, 'https://', ''), ':')[0] }
            { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insights.properties.ConnectionString }
            // A replica that finds no GPU would else train on its CPUs at the GPU's price.
            { name: 'Trainer__RequireGpu', value: accelerator == 'cpu' ? 'false' : 'true' }
            // The runtime counts three quarters of a container's memory; a GPU's the driver tells.
            ...(accelerator == 'cpu' ? [{ name: 'Trainer__MemoryGiB', value: trainerMemoryGiB(accelerator) }] : [])
            ...quiet
          ]
        }
      ]
    }
  }
}

output AZURE_TRAINER_JOB string = job.name

// Names that two deployments have to agree on: the platform's, and the trainer's, which follows once its image is built.

@export()
@description('Name of a resource of the given kind.')
func nameOf(kind string, token string) string => '${kind}-${token}'

@export()
@description('Name of a storage account or registry: letters and digits only.')
func plainNameOf(kind string, token string) string => '${kind}${token}'

@export()
@description('Queue of training messages; the code\'s QueueNames.TrainingJobs.')
var trainingQueue = 'training-jobs'

@export()
@description('Queue of batch events; the code\'s QueueNames.BatchEvents.')
var batchQueue = 'batch-events'

@export()
@description('Containers of the data account; the code\'s Containers.')
var containers = {
  jobs: 'jobs'
  active: 'jobs-active'
  requests: 'requests'
  models: 'models'
  datasets: 'datasets'
  weights: 'weights'
  batchInput: 'batch-input'
  batchOutput: 'batch-output'
}

@export()
@description('Container of the host\'s account for the functions\' code.')
var deploymentContainer = 'deployments'

@export()
@description('Container of the host\'s account for blob events that could not be delivered.')
var undeliveredContainer = 'undelivered-events'

@export()
@description('What trains: a serverless GPU profile, or the consumption profile\'s CPUs.')
type acceleratorType = 'gpu-t4' | 'gpu-a100' | 'cpu'

@export()
@description('Workload profile of each accelerator, what one replica asks of it, and what the GPU has at most: drivers keep some of it.')
var accelerators = {
  'gpu-t4': { profile: 'gpu-t4', profileType: 'Consumption-GPU-NC8as-T4', cpu: '8', memory: '56Gi', gpuMemory: '16Gi' }
  'gpu-a100': { profile: 'gpu-a100', profileType: 'Consumption-GPU-NC24-A100', cpu: '24', memory: '220Gi', gpuMemory: '80Gi' }
  cpu: { profile: 'Consumption', profileType: 'Consumption', cpu: '4', memory: '8Gi' }
}

@export()
@description('GiB that a training may take: the GPU\'s memory, or the replica\'s where there is none.')
func trainerMemoryGiB(accelerator acceleratorType) string =>
  replace(accelerators[accelerator].?gpuMemory ?? accelerators[accelerator].memory, 'Gi', '')

@export()
@description('Libraries that report to their makers, by default or by habit, are told not to. Native code reads these before any code of ours runs.')
var quiet = [
  { name: 'ORT_DISABLE_TELEMETRY', value: '1' }
  { name: 'APPLICATIONINSIGHTS_STATSBEAT_DISABLED', value: 'true' }
  { name: 'APPLICATIONINSIGHTS_SDKSTATS_DISABLED', value: 'true' }
]

@export()
@description('Tags: names and values.')
type tagsType = { *: string }

@export()
@description('Where the private names of each service are.')
var privateZones = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  namespace: 'privatelink.servicebus.windows.net'
  registry: 'privatelink${environment().suffixes.acrLoginServer}'
}

@export()
@description('Subnets of the virtual network.')
var subnets = {
  functions: 'functions'
  trainer: 'trainer'
  endpoints: 'endpoints'
}

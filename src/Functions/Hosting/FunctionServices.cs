using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WrnCloud.Functions.Batches;
using WrnCloud.Functions.Datasets;
using WrnCloud.Functions.Http;
using WrnCloud.Functions.Models;
using WrnCloud.Functions.OpenApi;
using WrnCloud.Functions.Scoring;
using WrnCloud.Functions.Training;
using WrnCloud.Functions.Upkeep;
using WrnCloud.Functions.Uploads;
using WrnCloud.Functions.Weights;
using WrnCloud.Hosting;
using WrnCloud.Messaging.ServiceBus;

namespace WrnCloud.Functions.Hosting;

/// <summary>The services that the function classes need, the same in Azure and on one machine.</summary>
public static class FunctionServices
{
    /// <summary>Adds the handlers and their dependencies.</summary>
    public static IServiceCollection AddWrnCloudFunctions(this IServiceCollection services, IConfiguration configuration)
    {
        OnnxRuntimeTelemetry.SwitchOff();
        services.AddWrnCloud(configuration, ServiceBusBudget.Request);
        services.AddOptions<RequestOptions>().Bind(configuration.GetSection(RequestOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ScoringOptions>().Bind(configuration.GetSection(ScoringOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<BatchOptions>().Bind(configuration.GetSection(BatchOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<TrainerOptions>().Bind(configuration.GetSection(TrainerOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IdempotencyStore>();
        services.AddSingleton<AcceptJobs>()
            .AddSingleton<EstimateTraining>()
            .AddSingleton<SubmitTraining>()
            .AddSingleton<ReadJobs>()
            .AddSingleton<CancelJob>();
        services.AddSingleton<ImportWeights>().AddSingleton<ReadWeights>();
        services.AddSingleton<ReadModels>().AddSingleton<MoveAliases>();
        services.AddSingleton<ModelCache>().AddSingleton<Classifier>().AddSingleton<PredictImages>();
        services.AddSingleton<WriteUrls>().AddSingleton<GrantUpload>().AddSingleton<CheckUploads>();
        services.AddSingleton<ReadDatasets>().AddSingleton<DeleteDataset>();
        services.AddSingleton<ActiveBatches>().AddSingleton<BatchClaims>();
        services.AddSingleton<BatchInputs>().AddSingleton<BatchParts>().AddSingleton<BatchOutputs>();
        services.AddSingleton<ProcessBatch>().AddSingleton<ReadBatches>();
        services.AddSingleton<ResumeBatches>().AddSingleton<SweepBatches>().AddSingleton<RequeueDeadBatches>();
        services.AddSingleton<Heartbeats>().AddSingleton<ReapJobs>().AddSingleton<FailDeadLetteredJobs>().AddSingleton<CheckHealth>();
        services.AddSingleton<ApiDocument>().AddSingleton<ApiPage>();
        return services;
    }
}

using Microsoft.Extensions.DependencyInjection;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Training;
using WrnCloud.TrainerJob.Weights;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>Adds the trainer's own services to the shared ones.</summary>
internal static class TrainerServices
{
    public static IServiceCollection AddTrainer(this IServiceCollection services, TrainerOptions options) => services
        .AddSingleton(options)
        .AddSingleton<StoreRetry>()
        .AddSingleton<CheckpointStore>()
        .AddSingleton(provider => new LocalCache(options.CacheFolder, provider.GetRequiredService<TimeProvider>(), options.CacheBytes))
        .AddSingleton<DatasetCache>()
        .AddSingleton<DatasetLoader>()
        .AddSingleton<InitialWeights>()
        .AddSingleton<FeatureCache>()
        .AddSingleton<ModelPublisher>()
        .AddSingleton<JobOutcome>()
        .AddSingleton<WeightsImporter>()
        .AddSingleton<RunPreparation>()
        .AddSingleton<JobRun>()
        .AddSingleton<TrainerWorker>();
}

using Microsoft.Extensions.DependencyInjection;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Export;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>What the trainer adds to the shared services.</summary>
internal static class TrainerServices
{
    public static IServiceCollection AddTrainer(this IServiceCollection services, TrainerOptions options) => services
        .AddSingleton(options)
        .AddSingleton<CheckpointStore>()
        .AddSingleton<DatasetLoader>()
        .AddSingleton<ModelPublisher>()
        .AddSingleton<JobRun>()
        .AddSingleton<TrainerWorker>();
}

using WrnCloud.Cli.Output;
using WrnCloud.Jobs;

namespace WrnCloud.Cli.Demo;

/// <summary>Submits the job twice with one Idempotency-Key, like a client that lost the first response.</summary>
internal static class SubmitChapter
{
    public static async Task<Job> RunAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        var plan = stage.Plan;
        var request = new TrainingRequest
        {
            Model = plan.Network,
            Dataset = plan.Dataset,
            Recipe = plan.Recipe,
            Overrides = plan.Epochs is { } epochs ? new SettingOverrides { Epochs = epochs } : null,
        };
        var key = $"demo-{stage.Context.Ids.NewWriteId()}";
        var job = await stage.Api.SubmitAsync(request, key, cancellationToken);
        var resolved = job.Resolved;
        stage.Out.Say($"  Job [bold]{job.Id}[/]: {resolved.Model} with {Format.Count(resolved.Parameters)} parameters, recipe {resolved.Recipe},");
        var settings = resolved.Settings;
        var length = $"{Format.Count(settings.Epochs)} {(settings.Epochs == 1 ? "epoch" : "epochs")}";
        stage.Out.Say($"  {length}, batch size {settings.BatchSize}, learning rate {settings.LearningRate}, seed {resolved.Seed}");

        var again = await stage.Api.SubmitAsync(request, key, cancellationToken);
        stage.Check(again.Id == job.Id, "the same request with the same Idempotency-Key gives the same job");
        return job;
    }
}

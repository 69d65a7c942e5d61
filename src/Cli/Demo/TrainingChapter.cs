using WrnCloud.Cli.Api;
using WrnCloud.Cli.Output;
using WrnCloud.Cli.Watching;
using WrnCloud.Jobs;
using WrnCloud.Models;

namespace WrnCloud.Cli.Demo;

/// <summary>Follows the training and downloads the published model.</summary>
internal static class TrainingChapter
{
    public static async Task<ModelVersion> RunAsync(DemoStage stage, Job submitted, CancellationToken cancellationToken)
    {
        var job = await JobWatch.RunAsync(stage.Context, stage.Api, submitted.Id, cancellationToken);
        if (job is not { State: JobState.Succeeded, Version: { } number })
            throw new FailedException(
                $"The job ended {job.State}: {job.Reason?.Message} ({job.Reason?.Code}). The trainer's log is in {stage.LogFolder}");

        var model = await stage.Api.GetVersionAsync(job.Resolved.ModelName, number, cancellationToken);
        stage.Out.Say(
            $"  Published: [bold]{model.Name}@{model.Version}[/], top-1 [bold]{Format.Share(model.Top1, model.TestImages)}[/] on the test images");
        stage.Check(
            model.Parity.Passed,
            $"the ONNX export agrees with the trained network (probabilities differ by at most {model.Parity.MaxProbabilityDifference:0.0e+0})");
        if (stage.Plan.HasLimits) stage.Check(model.Top1 >= DemoPlan.RequiredTop1, $"top-1 is at least {Format.Percent(DemoPlan.RequiredTop1)}");

        var folder = stage.Folders.Fresh("model");
        foreach (var file in model.Files)
        {
            await FileDownload.SaveAsync(
                file.Name,
                file.Sha256,
                folder,
                (name, ct) => stage.Api.OpenArtifactAsync(model.Name, model.Version, name, ct),
                stage.Api.Clock,
                cancellationToken);
        }

        stage.Out.Say($"  Downloaded to {stage.Shown(folder)}: {string.Join(", ", model.Files.Select(f => $"{f.Name} ({Format.Bytes(f.Length)})"))}");
        return model;
    }
}

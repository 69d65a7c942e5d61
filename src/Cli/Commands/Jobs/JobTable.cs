using Spectre.Console;
using Spectre.Console.Rendering;
using WrnCloud.Cli.Output;
using WrnCloud.Jobs;

namespace WrnCloud.Cli.Commands.Jobs;

/// <summary>Shows jobs on a terminal.</summary>
internal static class JobTable
{
    public static IRenderable Of(IReadOnlyList<Job> jobs, DateTimeOffset now)
    {
        var table = ConsoleExtensions.NewTable("job", "state", "network", "data set", "recipe", "epoch", "top-1", "accepted");
        foreach (var job in jobs)
        {
            table.AddRow(
                new Text(job.Id),
                StateText(job.State),
                new Text(job.Resolved.Model),
                new Text(job.Resolved.Dataset),
                new Text(job.Resolved.Recipe),
                new Text(job.Progress is { } p ? $"{p.Epoch}/{p.Epochs}" : Format.Missing),
                new Text(Format.Percent(job.Progress?.Top1)),
                new Text(Format.Ago(job.AcceptedAt, now)));
        }

        return table;
    }

    public static IRenderable Details(Job job) => job.Import is null ? Training(job) : ConsoleExtensions.NewFacts(
        ("job", job.Id),
        ("state", job.State.ToString()),
        ("reason", job.Reason is { } r ? $"{r.Message} ({r.Code})" : null),
        ("imports", $"weights {job.Import.Name} from {job.Import.File.Name}, {Format.Bytes(job.Import.File.Length)}"),
        ("network", job.Resolved.Model.Length > 0 ? job.Resolved.Model : null),
        ("source", job.Import.Source),
        ("licence", job.Import.Licence),
        ("model", job.Version is { } version ? $"{job.Resolved.ModelName}@{version}" : null),
        ("accepted", Time(job.AcceptedAt)),
        ("started", Time(job.StartedAt)),
        ("ended", Time(job.EndedAt)),
        ("owner", job.Owner));

    private static Grid Training(Job job) => ConsoleExtensions.NewFacts(
        ("job", job.Id),
        ("state", job.State.ToString()),
        ("reason", job.Reason is { } r ? $"{r.Message} ({r.Code})" : null),
        ("network", Network(job.Resolved)),
        ("data set", $"{job.Resolved.Dataset}, {job.Resolved.Classes} classes"),
        ("recipe", $"{job.Resolved.Recipe}: {Settings(job.Resolved.Settings)}"),
        ("starts from", Start(job.Resolved.Init)),
        ("seed", job.Resolved.Seed.ToString()),
        ("progress", job.Progress is { } p ? Progress(p) : null),
        ("top-1", job.Progress?.Top1 is { } top1 ? Format.Percent(top1) : null),
        ("model", job.Version is { } version ? $"{job.Resolved.ModelName}@{version}" : null),
        ("attempts", job.Attempt == 0 ? null : $"{job.Attempt}{(job.Crashes > 0 ? $", of which {job.Crashes} crashed" : "")}"),
        ("cancel requested", Time(job.CancelRequestedAt)),
        ("accepted", Time(job.AcceptedAt)),
        ("queued", Time(job.QueuedAt)),
        ("started", Time(job.StartedAt)),
        ("ended", Time(job.EndedAt)),
        ("owner", job.Owner));

    public static IRenderable Details(ResolvedTraining resolved) => ConsoleExtensions.NewFacts(
        ("network", Network(resolved)),
        ("cost", resolved.MultiplyAccumulates > 0 ? $"{resolved.MultiplyAccumulates / 1e9:0.000} GMAC an image" : null),
        ("memory", TrainingSummary.Memory(resolved)),
        ("data set", $"{resolved.Dataset}, {resolved.Classes} classes"),
        ("recipe", $"{resolved.Recipe}: {Settings(resolved.Settings)}"),
        ("starts from", Start(resolved.Init)),
        ("seed", resolved.Seed.ToString()),
        ("time", resolved.Estimate is { } estimate ? $"{TrainingSummary.Time(estimate)}, based on earlier jobs" : null),
        ("at most", resolved.MaxMinutes is { } minutes ? $"{minutes} min" : null),
        ("publishes", resolved.ModelName));

    private static string Network(ResolvedTraining training) =>
        $"{training.Model}, {Format.Count(training.Parameters)} parameters, images of {training.View.Crop}×{training.View.Crop}";

    private static string Settings(TrainingSettings s) =>
        $"{s.Epochs} epochs, batch size {s.BatchSize}, {(s.Schedule == LearningRateSchedule.OneCycle ? "one-cycle" : "steps")} " +
        $"learning rate {s.LearningRate}, weight decay {s.WeightDecay}, precision {s.Precision}";

    private static string? Start(ResolvedInit? init)
    {
        if (init is null) return null;

        var head = init.NewHead ? ", a new classifier" : "";
        var frozen = init.Freeze == Freeze.None ? "" : $", {init.Freeze.ToString().ToLowerInvariant()} frozen";
        return $"{init.Name}{head}{frozen}";
    }

    private static string Progress(JobProgress p) =>
        $"epoch {p.Epoch}/{p.Epochs}, step {p.Step}/{p.Steps}, {Format.Rate(p.ImagesPerSecond)}, loss {Format.Loss(p.Loss)}";

    private static Text StateText(JobState state) => new(state.ToString(), Style.Parse(Format.Colour(state)));

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'");
}

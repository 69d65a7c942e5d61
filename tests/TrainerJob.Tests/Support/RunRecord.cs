using System.Security.Cryptography;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Tests.Support;

/// <summary>Keeps all that a run reports, and asks it to stop after a step if wanted.</summary>
internal sealed class RunRecord(CancellationTokenSource stop, int? stopAfterStep) : ITrainingObserver
{
    public List<StepReport> Steps { get; } = [];

    public List<EpochReport> Epochs { get; } = [];

    public List<CheckpointFiles> Checkpoints { get; } = [];

    public TrainingOutcome? Outcome { get; set; }

    public CheckpointFiles Last => Checkpoints[^1];

    public static string Hash(CheckpointFiles files) => string.Join(
        ' ', files.Files.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => Convert.ToHexString(SHA256.HashData(f.Value.ToBytes()))));

    public async ValueTask OnStepAsync(StepReport report)
    {
        Steps.Add(report);
        if (report.Step == stopAfterStep) await stop.CancelAsync();
    }

    public ValueTask OnEpochAsync(EpochReport report)
    {
        Epochs.Add(report);
        return ValueTask.CompletedTask;
    }

    public ValueTask OnCheckpointAsync(CheckpointFiles files)
    {
        Checkpoints.Add(files);
        return ValueTask.CompletedTask;
    }
}

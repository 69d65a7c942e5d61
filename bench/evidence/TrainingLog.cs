using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.Evidence;

/// <summary>Prints each epoch and keeps it, with the seconds since the start.</summary>
internal sealed class TrainingLog(TimeProvider clock, string prefix) : ITrainingObserver
{
    private readonly long _started = clock.GetTimestamp();
    private StepReport? _last;

    public List<(EpochReport Report, double Seconds, double ImagesPerSecond)> Epochs { get; } = [];

    public double Seconds => clock.GetElapsedTime(_started).TotalSeconds;

    public double EvaluationSeconds => Epochs.Sum(e => e.Report.EvaluationSeconds);

    public ValueTask OnStepAsync(StepReport report)
    {
        _last = report;
        return ValueTask.CompletedTask;
    }

    public ValueTask OnEpochAsync(EpochReport report)
    {
        var rate = _last?.ImagesPerSecond ?? 0;
        Epochs.Add((report, Seconds, rate));
        var test = report.Evaluation;
        Console.WriteLine(
            $"{prefix}epoch {report.Epoch,3}  {Seconds,7:F0} s  {rate,6:F0} images/s  "
                + $"train loss {report.TrainLoss:F4}  test loss {test.Loss:F4}  top-1 {test.Top1:P2}");
        return ValueTask.CompletedTask;
    }

    public ValueTask OnCheckpointAsync(CheckpointFiles files) => ValueTask.CompletedTask;
}

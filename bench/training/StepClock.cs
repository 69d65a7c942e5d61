using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainingBench;

/// <summary>Notes when steps and epochs end, and stops the run when it has seen enough.</summary>
internal sealed class StepClock(TimeProvider clock, Func<StepClock, bool> isDone, CancellationTokenSource stop) : ITrainingObserver
{
    private readonly long _started = clock.GetTimestamp();

    /// <summary>When each step ended, in seconds.</summary>
    public List<double> Steps { get; } = [];

    /// <summary>After how many steps each epoch was evaluated, and when, in seconds.</summary>
    public List<(int Step, double Seconds)> Epochs { get; } = [];

    /// <summary>Done with each step, before the next one.</summary>
    public Action<int> OnStep { get; init; } = _ => { };

    public async ValueTask OnStepAsync(StepReport report)
    {
        Steps.Add(Now);
        OnStep(report.Step);
        if (isDone(this)) await stop.CancelAsync();
    }

    public ValueTask OnEpochAsync(EpochReport report)
    {
        Epochs.Add((Steps.Count, Now));
        return ValueTask.CompletedTask;
    }

    public ValueTask OnCheckpointAsync(CheckpointFiles files) => ValueTask.CompletedTask;

    private double Now => clock.GetElapsedTime(_started).TotalSeconds;
}

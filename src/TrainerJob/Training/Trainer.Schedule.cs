using Microsoft.Extensions.Logging;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Checkpoints;

namespace WrnCloud.TrainerJob.Training;

/// <content>How long the run goes on: its schedule, which may have to fit into a time, and when it is at its end.</content>
public sealed partial class Trainer
{
    // The recipe's, with as many epochs as fit into the time.
    private TrainingSettings Schedule =>
        _position.Epochs is { } epochs && epochs != _plan.Settings.Epochs ? _plan.Settings with { Epochs = epochs } : _plan.Settings;

    private int LastStep => Math.Min(Schedule.Epochs * _plan.StepsPerEpoch, _plan.Settings.MaxSteps ?? int.MaxValue);

    private bool EvaluationIsDue =>
        IsAtEnd(_position) || _position.Step == (_position.Epoch + 1) * _plan.StepsPerEpoch;

    private bool IsAtEnd(CheckpointPosition position) => _isTimeUp || position.Step >= LastStep || EarlyStop.IsDue(_plan.Settings, position);

    // Once, from steps that were done; the checkpoints keep the answer.
    private void FitInto(TimeSpan budget)
    {
        var left = budget - _clock.GetElapsedTime(_startedAt);
        var epochs = EpochBudget.Fit(_plan.Settings, _plan.Spec.ImageSize, _plan.StepsPerEpoch, _meter.SecondsPerStep, _evaluationSeconds, left);
        _position = _position with { Epochs = Math.Max(epochs, (_position.Step + _plan.StepsPerEpoch - 1) / _plan.StepsPerEpoch) };
        LogFittedInto(_position.Epochs.Value, _plan.Settings.Epochs, budget);
    }

    private double EtaSeconds() =>
        EpochBudget.EtaSeconds(Schedule, _plan.Spec.ImageSize, _plan.StepsPerEpoch, _position, LastStep, _meter.SecondsPerStep, _evaluationSeconds);

    [LoggerMessage(126, LogLevel.Information, "{Epochs} of {Recipe} epochs fit into {Budget}")]
    private partial void LogFittedInto(int epochs, int recipe, TimeSpan budget);
}

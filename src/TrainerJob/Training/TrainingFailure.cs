using System.Runtime.InteropServices;
using WrnCloud.Errors;
using WrnCloud.Jobs;

namespace WrnCloud.TrainerJob.Training;

/// <summary>Why a run can't succeed, and what may help.</summary>
internal static class TrainingFailure
{
    /// <summary>The loss left every bound.</summary>
    /// <param name="plan">What was trained.</param>
    /// <param name="precision">The precision computed in.</param>
    /// <param name="step">Where.</param>
    /// <param name="what">How it was seen.</param>
    public static TrainingOutcome.Failed Diverged(TrainingPlan plan, Precision precision, int step, string what) => new(
        ErrorCatalogue.LossDiverged.Code,
        $"Training diverged at step {step}: {what}. "
            + $"What may help: a lower learning rate than {plan.Settings.LearningRate}, the override gradientClip (1 is usual)"
            + (precision == Precision.Bf16 ? ", or the precision fp32." : "."));

    /// <summary>The network does not fit.</summary>
    public static TrainingOutcome.Failed OutOfMemory(TrainingPlan plan) => new(
        ErrorCatalogue.OutOfMemory.Code,
        $"{plan.Spec.Name} with batches of {plan.Settings.BatchSize} images does not fit into the memory of this machine.");

    /// <summary>The time was up before there was anything to learn from.</summary>
    public static TrainingOutcome.Failed NothingSeen() =>
        new(ErrorCatalogue.TimeLimit.Code, "The time was up before images of two classes had been seen.");

    /// <summary>Whether libtorch says that memory ran out.</summary>
    public static bool IsOutOfMemory(ExternalException e) => e.Message.Contains("memory", StringComparison.OrdinalIgnoreCase);
}

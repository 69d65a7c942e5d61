using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Checkpoints;

namespace WrnCloud.TrainerJob.Training;

/// <summary>Makes a schedule fit into the time that there is, by steps that were measured.</summary>
internal static class EpochBudget
{
    /// <summary>Steps that are done before the measure is taken: the first are slower.</summary>
    public const int MeasuredSteps = 4;

    // For the evaluation of the test set, and for machines that are not always as fast.
    private const double Usable = 0.9;

    /// <summary>The most epochs, up to the settings' own, that fit; one at least.</summary>
    /// <param name="settings">The recipe.</param>
    /// <param name="size">The network's image side.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch.</param>
    /// <param name="secondsPerStep">Of a step of the first epoch.</param>
    /// <param name="evaluationSeconds">Of an epoch's evaluation.</param>
    /// <param name="left">The time that there is.</param>
    public static int Fit(TrainingSettings settings, int size, int stepsPerEpoch, double secondsPerStep, double evaluationSeconds, TimeSpan left)
    {
        for (var epochs = settings.Epochs; epochs > 1; epochs--)
        {
            var steps = stepsPerEpoch * StepsFrom(settings with { Epochs = epochs }, size, 0, epochs);
            if ((steps * secondsPerStep) + ((epochs + 1) * evaluationSeconds) <= Usable * left.TotalSeconds) return epochs;
        }

        return 1;
    }

    /// <summary>The cost of epochs, in epochs at the first one's image size.</summary>
    /// <param name="settings">The schedule.</param>
    /// <param name="size">The network's image side.</param>
    /// <param name="first">0-based.</param>
    /// <param name="end">The epoch behind the last.</param>
    public static double StepsFrom(TrainingSettings settings, int size, int first, int end)
    {
        var unit = Pixels(ProgressiveSize.At(settings, size, 0));
        return Enumerable.Range(first, Math.Max(0, end - first)).Sum(e => Pixels(ProgressiveSize.At(settings, size, e)) / unit);
    }

    /// <summary>Expected seconds to the end, evaluations included.</summary>
    /// <param name="settings">The schedule.</param>
    /// <param name="size">The network's image side.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch.</param>
    /// <param name="position">Where the run stands.</param>
    /// <param name="lastStep">Steps in all.</param>
    /// <param name="secondsPerStep">Of a step of the present epoch.</param>
    /// <param name="evaluationSeconds">Of an epoch's evaluation.</param>
    public static double EtaSeconds(
        TrainingSettings settings,
        int size,
        int stepsPerEpoch,
        CheckpointPosition position,
        int lastStep,
        double secondsPerStep,
        double evaluationSeconds)
    {
        var epochs = (lastStep + stepsPerEpoch - 1) / stepsPerEpoch;
        var present = Math.Min(position.Step / stepsPerEpoch, epochs - 1);
        var growth = StepsFrom(settings, size, present, epochs) / StepsFrom(settings, size, present, present + 1) / (epochs - present);
        return ((lastStep - position.Step) * secondsPerStep * growth) + ((epochs - position.Epoch) * evaluationSeconds);
    }

    private static double Pixels(int side) => (double)side * side;
}

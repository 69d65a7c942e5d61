using WrnCloud.Jobs;

namespace WrnCloud.TrainerJob.Training;

/// <summary>The learning rate as a pure function of the step, so that a resumed run needs no scheduler state.</summary>
public static class LearningRate
{
    private const double WarmupShare = 0.3;
    private const double FirstDivisor = 25;
    private const double LastDivisor = 10_000;

    /// <summary>The rate of the optimizer step with 0-based number <paramref name="step"/>.</summary>
    public static double At(TrainingSettings settings, int step, int stepsPerEpoch) => settings.Schedule switch
    {
        LearningRateSchedule.OneCycle => OneCycle(settings.LearningRate, step, (long)settings.Epochs * stepsPerEpoch),
        _ => settings.LearningRate * Math.Pow(settings.DropFactor, settings.DropEpochs.Count(e => (step / stepsPerEpoch) + 1 >= e)),
    };

    /// <summary>True at the first step of a drop epoch, where the paper's code starts with a fresh optimizer: its momentum is reset.</summary>
    public static bool DropsAt(TrainingSettings settings, int step, int stepsPerEpoch) =>
        settings.Schedule == LearningRateSchedule.Steps
        && step % stepsPerEpoch == 0
        && settings.DropEpochs.Contains((step / stepsPerEpoch) + 1);

    private static double OneCycle(double peak, int step, long steps)
    {
        // The last warm-up step and the last step of all hit the peak and the end exactly, as PyTorch's OneCycleLR has it.
        var top = (WarmupShare * steps) - 1;
        if (step < top) return peak * ((1 / FirstDivisor) + ((1 - (1 / FirstDivisor)) * step / top));
        var last = peak / LastDivisor;
        var progress = Math.Clamp((step - top) / Math.Max(steps - 1 - top, 1), 0, 1);
        return last + ((peak - last) * (1 + Math.Cos(Math.PI * progress)) / 2);
    }
}

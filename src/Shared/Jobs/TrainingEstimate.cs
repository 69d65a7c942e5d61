using WrnCloud.Architecture;
using WrnCloud.Datasets;

namespace WrnCloud.Jobs;

/// <summary>
/// About how long a training takes, by how fast earlier ones of the same deployment were:
/// what a picture costs goes by the network's multiply-accumulates, and how many of them a second there are,
/// by the slowest of the last jobs with a network of the same family.
/// </summary>
/// <param name="Seconds">Seconds of training where the least is done that its recipe may do.</param>
/// <param name="MostSeconds">Where the most is done, as when <c>photo/auto</c> fine-tunes; the same where there is no choice.</param>
public sealed record TrainingEstimate(double Seconds, double MostSeconds)
{
    /// <summary>Cost of a training step with a frozen half, in forward passes: forward, and back through the trained half.</summary>
    public const double LooksOfAStepPastAFrozenPart = 2.2;

    // Forward and back through a whole network.
    private const double LooksOfAStep = 3;

    private const int MostJobs = 5;

    /// <summary>The estimate; null where no job with a network of the family has succeeded yet.</summary>
    /// <param name="training">What is asked for.</param>
    /// <param name="recent">Jobs of the deployment, newest first.</param>
    public static TrainingEstimate? Of(ResolvedTraining training, IEnumerable<Job> recent)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (Work(training) is not { } work) return null;
        var isForPhotographs = IsForPhotographs(training);
        var rates = recent.Where(j => j is { State: JobState.Succeeded, Import: null } && IsForPhotographs(j.Resolved) == isForPhotographs)
            .Select(RateOf)
            .OfType<double>()
            .Take(MostJobs);
        var rate = rates.DefaultIfEmpty(0).Min();
        if (rate <= 0) return null;
        var (seconds, most) = (work.Least / rate, work.Most / rate);
        return training.Limit is { } limit
            ? new TrainingEstimate(Math.Min(seconds, limit * 60), Math.Min(most, limit * 60))
            : new TrainingEstimate(seconds, most);
    }

    // Multiply-accumulates a second of a job that ended.
    private static double? RateOf(Job job)
    {
        if (job.TrainedSeconds <= 0 || job.Progress is not { Steps: > 0 } progress || Work(job.Resolved) is not { } work) return null;
        if (job.Resolved.Settings.Method == TrainingMethod.Head) return work.Least / job.TrainedSeconds;

        // A way that was left out did nothing; of the others as much was done as there were steps.
        if (job.Resolved.Settings.Method == TrainingMethod.Auto && progress.Steps <= 1) return work.Least / job.TrainedSeconds;
        return work.Most * progress.Step / progress.Steps / job.TrainedSeconds;
    }

    // Null in records from before the number of images was kept.
    private static (double Least, double Most)? Work(ResolvedTraining training)
    {
        if (training.Images is not { } images || training.MultiplyAccumulates <= 0) return null;
        var look = (double)(images.Train + images.Validation) * training.MultiplyAccumulates;
        switch (training.Settings.Method)
        {
            case TrainingMethod.Head:
                return (look, look);
            case TrainingMethod.Auto:
                var trainsFurther = images.Train + images.Validation >= PhotoRecipes.ManyPictures || training.Minutes is not null;
                return (look, trainsFurther ? look + Steps(training, images) : look);
            default:
                var steps = Steps(training, images);
                return (steps, steps);
        }
    }

    private static double Steps(ResolvedTraining training, DatasetSizes images)
    {
        var looks = training.Init is { Freeze: > Freeze.Stem } ? LooksOfAStepPastAFrozenPart : LooksOfAStep;

        // From a share of the side to all of it over three quarters of the epochs: about the mean of the areas.
        var area = training.Settings.ProgressiveFrom is { } from ? (1 + (from * from)) / 2 : 1;
        var judged = images.Validation > 0 ? images.Validation : images.Test;
        return training.Settings.Epochs * ((images.Train * looks * area) + judged) * training.MultiplyAccumulates;
    }

    private static bool IsForPhotographs(ResolvedTraining training) =>
        NetworkSpec.TryParse(training.Model, out var spec, out _) && spec is ImageNetResNetSpec;
}

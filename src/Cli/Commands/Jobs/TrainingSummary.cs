using WrnCloud.Cli.Output;
using WrnCloud.Datasets;
using WrnCloud.Jobs;

namespace WrnCloud.Cli.Commands.Jobs;

/// <summary>Describes a job in a sentence or two, for people who chose none of its settings.</summary>
internal static class TrainingSummary
{
    /// <summary>Such as "1,440 training pictures of 6 classes: fine-tuning ResNet-2-2-2-3 from … It takes about 2.1 GB of memory.".</summary>
    public static string Of(ResolvedTraining training)
    {
        var size = training.View.Crop;
        var pictures = training.Images is { } images ? $"{Pictures(training, images)}: " : "";
        return $"{pictures}{What(training)} at {size}×{size}, "
            + $"recipe {training.Recipe}{Protocol(training)}{(training.Estimate is { } estimate ? $"; {Time(estimate)}" : "")}."
            + (Memory(training) is { } memory ? $" It takes {memory}." : "");
    }

    /// <summary>Such as "about 2.1 GB of the trainer's 8.6 GB of memory"; null in records older than the estimate.</summary>
    public static string? Memory(ResolvedTraining training)
    {
        if (training.TrainingMemoryBytes == 0) return null;
        var needed = Format.Bytes(training.TrainingMemoryBytes);
        if (training.TrainerMemoryBytes is not { } available) return $"about {needed} of memory";

        // The estimate includes some slack, which the check that rejects a job does not.
        return training.TrainingMemoryBytes <= available
            ? $"about {needed} of the trainer's {Format.Bytes(available)} of memory"
            : $"up to {needed} of memory, where the trainer has {Format.Bytes(available)}; a smaller batch is safer";
    }

    /// <summary>Such as "about 4 minutes" or "about 1 to 12 minutes", to two figures at most.</summary>
    public static string Time(TrainingEstimate estimate)
    {
        var (least, unit) = Rounded(estimate.Seconds);
        var (most, mostUnit) = Rounded(estimate.MostSeconds);
        if (unit != mostUnit) return $"about {least} {unit} to {most} {mostUnit}";
        return least == most ? $"about {most} {unit}" : $"about {least} to {most} {unit}";
    }

    private static (string Number, string Unit) Rounded(double seconds) => seconds switch
    {
        < 55 => ($"{Math.Max(10, 10 * Math.Ceiling(seconds / 10)):0}", "seconds"),
        < 90 => ("1", "minute"),
        < 5400 => ($"{seconds / 60:0}", "minutes"),
        _ => ($"{seconds / 3600:0.#}", "hours"),
    };

    // Runs that don't use validation pictures for decisions train on them too.
    private static string Pictures(ResolvedTraining training, DatasetSizes images)
    {
        var share = training.Settings.Method == TrainingMethod.Head ? 0 : training.Settings.ValidationShare ?? 0;
        if (share > 0 && images.Validation == 0)
            return $"{images.Train:N0} training pictures, {share:P0} of them for validation, "
                + $"{images.Test:N0} test pictures of {training.Classes:N0} classes";
        if (share > 0 || images.Validation == 0) return SplitSentence.Of(images, training.Classes);
        var all = SplitSentence.Of(images with { Train = images.Train + images.Validation, Validation = 0 }, training.Classes);
        return $"{all}, the {images.Validation:N0} for validation among the training pictures";
    }

    private static string What(ResolvedTraining training) => training switch
    {
        { Settings.Method: TrainingMethod.Auto } =>
            $"validation chooses among a classifier on what {training.Model} sees, weights of {training.Init?.Name}, "
                + $"{PhotoRecipes.SmallModel} on small images, and fine-tuning {training.Model}",
        { Settings.Method: TrainingMethod.Head } => $"fitting a classifier to what {training.Model} sees, weights of {training.Init?.Name}",
        { Init: { } init } => $"fine-tuning {training.Model} from the weights of {init.Name}",
        _ => $"training {training.Model} from random weights",
    };

    private static string Protocol(ResolvedTraining training) => training switch
    {
        { Images: not { Validation: > 0 } } => "",
        { Settings.Method: TrainingMethod.Head } => ", judged by cross-validation",
        { Settings.ValidationShare: > 0 } => "",
        _ => ", by the paper's protocol: all training pictures, the last epoch's weights",
    };
}

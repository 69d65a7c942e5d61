using WrnCloud.Jobs;

namespace WrnCloud.Cli.Commands.Jobs;

/// <summary>What a job is about to do, in one sentence for people who chose none of it.</summary>
internal static class TrainingSummary
{
    /// <summary>Such as "244 training pictures, 10 % of them for validation, 153 test pictures, 2 classes: a classifier on the features of …".</summary>
    public static string Of(ResolvedTraining training)
    {
        var size = training.View.Crop;
        var validation = training.Settings.ValidationShare is > 0 and { } share ? $", {share:P0} of them for validation" : "";
        var pictures = training.Images is { } images ? $"{images.Train:N0} training pictures{validation}, {images.Test:N0} test pictures, {training.Classes} classes: " : "";
        return $"{pictures}{What(training)} at {size}×{size}, recipe {training.Recipe}.";
    }

    private static string What(ResolvedTraining training) => training switch
    {
        { Settings.Method: TrainingMethod.Head } => $"fitting a classifier to what {training.Model} sees, weights of {training.Init?.Name}",
        { Init: { } init } => $"fine-tuning {training.Model} from the weights of {init.Name}",
        _ => $"training {training.Model} from random weights",
    };
}

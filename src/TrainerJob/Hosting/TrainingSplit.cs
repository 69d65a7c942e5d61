using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Data;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>Which images of a data set a run trains on, and which decide when it stops and what it publishes.</summary>
/// <param name="Train">The training images, with what random crops are cut from.</param>
/// <param name="TrainEvaluated">The training images as images are evaluated.</param>
/// <param name="Validation">The images that decide; null where none do.</param>
internal sealed record TrainingSplit(IImageSet Train, IImageSet TrainEvaluated, IImageSet? Validation)
{
    private const long Seed = 20160523;

    /// <summary>
    /// A fit of the classifier alone judges by all that may be trained on, and a recipe that lets nothing decide trains on all of it.
    /// Where a data set has no validation images, some are drawn of its training images,
    /// once for all runs on it, whatever their seeds are, so that their figures can be compared.
    /// </summary>
    /// <exception cref="WrnException"><c>data-invalid</c>: none can be drawn.</exception>
    public static TrainingSplit Of(LoadedDataset data, TrainingSettings settings)
    {
        if (settings.Method == TrainingMethod.Head || settings.ValidationShare is not (> 0 and { } share))
            return new TrainingSplit(data.TrainAndValidation, data.TrainEvaluated, null);
        if (data.Validation is not null) return new TrainingSplit(data.Train, data.TrainEvaluated, data.Validation);
        var (kept, _) = ImageSubset.Split(data.Train, share, Seed);
        var (keptEvaluated, apart) = ImageSubset.Split(data.TrainEvaluated, share, Seed);
        return apart.Count > 0 && kept.Count > 0
            ? new TrainingSplit(kept, keptEvaluated, apart)
            : throw new WrnException(
                ErrorCatalogue.DataInvalid,
                $"Of {data.Train.Count} training images none can be set apart for validation: each class has one only.");
    }
}

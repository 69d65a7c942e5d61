using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Data;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>Which images of a data set a run trains on, and which decide when it stops and what it publishes.</summary>
internal static class TrainingSplit
{
    private const long Seed = 20160523;

    /// <summary>
    /// A fit of the classifier alone judges by all that may be trained on, and a recipe that lets nothing decide trains on all of it. Where a data set has no
    /// validation images, some are drawn of its training images, once for all runs on it, whatever their seeds are, so that their figures can be compared.
    /// </summary>
    /// <exception cref="WrnException"><c>data-invalid</c>: none can be drawn.</exception>
    public static (IImageSet Train, IImageSet? Validation) Of(LoadedDataset data, TrainingSettings settings)
    {
        if (settings.Method == TrainingMethod.Head || settings.ValidationShare is not (> 0 and { } share)) return (data.TrainAndValidation, null);
        if (data.Validation is not null) return (data.Train, data.Validation);
        var (kept, _) = ImageSubset.Split(data.Train, share, Seed);
        var (_, apart) = ImageSubset.Split(data.TrainEvaluated, share, Seed);
        return apart.Count > 0 && kept.Count > 0
            ? (kept, apart)
            : throw new WrnException(ErrorCatalogue.DataInvalid, $"Of {data.Train.Count} training images none can be set apart for validation: each class has one only.");
    }

    /// <summary>The same training images as images are evaluated, where others decide.</summary>
    public static IImageSet Evaluated(LoadedDataset data, TrainingSettings settings) =>
        data.Validation is null && settings is { Method: not TrainingMethod.Head, ValidationShare: > 0 and { } share }
            ? ImageSubset.Split(data.TrainEvaluated, share, Seed).Kept
            : data.TrainEvaluated;
}

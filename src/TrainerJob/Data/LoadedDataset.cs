using WrnCloud.Datasets;

namespace WrnCloud.TrainerJob.Data;

/// <summary>A data set ready to train on. Disposing of it closes the images, which nobody may be reading any more.</summary>
/// <param name="Train">The training split, with what random crops are cut from.</param>
/// <param name="TrainEvaluated">The training split as images are evaluated; the same object where that is the same.</param>
/// <param name="Test">The test split as images are evaluated.</param>
/// <param name="Statistics">The training split's channel statistics at this size.</param>
public sealed record LoadedDataset(IImageSet Train, IImageSet TrainEvaluated, IImageSet Test, ChannelStatistics Statistics) : IDisposable
{
    /// <summary>The validation split as images are evaluated; null where the data set has none.</summary>
    public IImageSet? Validation { get; init; }

    /// <summary>The validation split with what random crops are cut from, for runs that train on it; null where the data set has none.</summary>
    public IImageSet? ValidationTrained { get; init; }

    /// <summary>The pictures' names; null where the data set has no index.</summary>
    public PictureNames? Names { get; init; }

    /// <summary>All that a run may train on which lets nothing decide: the training split, then the validation split.</summary>
    public IImageSet TrainAndValidation => ValidationTrained is null ? Train : new JoinedImages(Train, ValidationTrained);

    /// <summary>The open sources, in the order in which they are closed.</summary>
    internal IReadOnlyList<IDisposable> Owned { get; init; } = [];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var owned in Owned) owned.Dispose();
    }
}

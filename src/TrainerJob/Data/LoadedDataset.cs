using WrnCloud.Datasets;

namespace WrnCloud.TrainerJob.Data;

/// <summary>A data set ready to train on. Disposing of it unmaps the images, which nobody may be reading any more.</summary>
/// <param name="Train">The training split, with what random crops are cut from.</param>
/// <param name="TrainEvaluated">The training split as images are evaluated; the same object where that is the same.</param>
/// <param name="Test">The test split as images are evaluated.</param>
/// <param name="Statistics">The training split's channel statistics at this size.</param>
public sealed record LoadedDataset(MappedImages Train, MappedImages TrainEvaluated, MappedImages Test, ChannelStatistics Statistics) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Train.Dispose();
        TrainEvaluated.Dispose();
        Test.Dispose();
    }
}

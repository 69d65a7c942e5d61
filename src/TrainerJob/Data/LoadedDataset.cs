using WrnCloud.Datasets;

namespace WrnCloud.TrainerJob.Data;

/// <summary>A data set ready to train on. Disposing of it unmaps the images, which nobody may be reading any more.</summary>
/// <param name="Train">The training split.</param>
/// <param name="Test">The test split.</param>
/// <param name="Statistics">The training split's channel statistics at this size.</param>
public sealed record LoadedDataset(MappedImages Train, MappedImages Test, ChannelStatistics Statistics) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Train.Dispose();
        Test.Dispose();
    }
}

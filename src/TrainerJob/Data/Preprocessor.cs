using System.Security.Cryptography;
using WrnCloud.Datasets;
using WrnCloud.Jobs;

namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// Preprocessing of an image's bytes before the first convolution, the same in training, in evaluation and inside the exported model.
/// </summary>
public abstract class Preprocessor
{
    private protected Preprocessor()
    {
    }

    /// <summary>Adds all that decides what is done to a hash.</summary>
    internal abstract void AppendTo(IncrementalHash hash);

    /// <summary>
    /// The preprocessing that the settings ask for. ZCA is fitted on the training images, which takes about a minute, or taken from the cache.
    /// </summary>
    /// <param name="settings">Name the kind.</param>
    /// <param name="train">The training images; only ZCA looks at them.</param>
    /// <param name="statistics">The training images' channel statistics.</param>
    /// <param name="cacheFolder">Where a fit is kept; null to keep none.</param>
    /// <param name="datasetHash">Under which key it is kept; null to keep none.</param>
    /// <param name="cancellationToken">Ends a fit.</param>
    /// <exception cref="ArgumentException">ZCA is asked for and the images are not 32×32, or there are none.</exception>
    public static Preprocessor Of(
        TrainingSettings settings,
        IImageSet train,
        ChannelStatistics statistics,
        string? cacheFolder = null,
        string? datasetHash = null,
        CancellationToken cancellationToken = default) => settings.Preprocessing switch
        {
            Preprocessing.Scale => ChannelPreprocessor.Scaled,
            Preprocessing.Zca when cacheFolder is not null && datasetHash is not null =>
                ZcaFile.LoadOrFit(Path.Combine(cacheFolder, $"zca-{datasetHash}.bin"), train, cancellationToken),
            Preprocessing.Zca => ZcaPreprocessor.Fit(train, cancellationToken),
            _ => ChannelPreprocessor.Of(statistics),
        };
}

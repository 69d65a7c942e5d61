using WrnCloud.Jobs;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// The size of training images by epoch. Small ones first cost less and teach as much;
/// the last epochs have the size at which the network is evaluated.
/// </summary>
internal static class ProgressiveSize
{
    // ImageNet's networks halve a picture's side five times.
    private const int Multiple = 32;
    private const int Smallest = 128;

    // Share of the epochs after which the whole size is reached.
    private const double Growing = 0.75;

    /// <summary>The side in pixels.</summary>
    /// <param name="settings">Name the share to begin with, or none.</param>
    /// <param name="size">The network's own side.</param>
    /// <param name="epoch">0-based.</param>
    public static int At(TrainingSettings settings, int size, int epoch)
    {
        if (settings.ProgressiveFrom is not { } from || size <= Smallest) return size;
        var share = from + ((1 - from) * epoch / (Growing * settings.Epochs));
        return share >= 1 ? size : Math.Max(Smallest, (int)Math.Round(share * size) / Multiple * Multiple);
    }
}

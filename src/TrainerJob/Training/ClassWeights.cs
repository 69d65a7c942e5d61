using WrnCloud.Datasets;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// Weights of the classes in the loss, for sets whose classes differ much in size: one over the square root of a class's images,
/// which lies between leaving the small classes to the large ones and giving a handful of images the say of hundreds.
/// </summary>
internal static class ClassWeights
{
    /// <summary>The weights by class, 1 on the average over the images; null where the classes are of similar size.</summary>
    /// <param name="images">The training images.</param>
    /// <param name="above">Ratio of the largest class to the smallest above which there are weights; null for never.</param>
    public static float[]? Of(IImageSet images, double? above)
    {
        if (above is not { } ratio) return null;
        var counts = new int[images.Classes.Count];
        for (var i = 0; i < images.Count; i++) counts[images.Label(i)]++;
        var present = counts.Where(c => c > 0).ToList();
        if (present.Count == 0 || present.Max() <= ratio * present.Min()) return null;
        var total = present.Sum(c => Math.Sqrt(c));
        return [.. counts.Select(c => c == 0 ? 0 : (float)(images.Count / (Math.Sqrt(c) * total)))];
    }
}

namespace WrnCloud.Datasets.Checks;

/// <summary>Sizes, shapes and kinds of the pictures that can be read.</summary>
/// <param name="Smallest">Width and height of the one with the fewest pixels.</param>
/// <param name="Middle">Of the one in the middle.</param>
/// <param name="Largest">Of the one with the most.</param>
/// <param name="Small">Pictures with a side below <see cref="SmallSide"/> pixels.</param>
/// <param name="Long">Pictures more than <see cref="LongRatio"/> times as long as wide, or as wide as long: only the middle square is seen.</param>
/// <param name="Turned">Pictures that EXIF turns or mirrors.</param>
/// <param name="Grey">Pictures without colour.</param>
/// <param name="Transparent">Pictures that may have transparent pixels, which lie over white.</param>
public sealed record PictureKinds(
    IReadOnlyList<int> Smallest, IReadOnlyList<int> Middle, IReadOnlyList<int> Largest, int Small, int Long, int Turned, int Grey, int Transparent)
{
    /// <summary>Below so many pixels a side has hardly anything to see.</summary>
    public const int SmallSide = 32;

    /// <summary>Of a longer picture most is cut off.</summary>
    public const double LongRatio = 3;

    /// <summary>Counts the kinds; null where there are no pictures.</summary>
    public static PictureKinds? Of(IEnumerable<PictureFacts> pictures)
    {
        var sorted = pictures.OrderBy(p => (long)p.Width * p.Height).ToList();
        return sorted.Count == 0
            ? null
            : new PictureKinds(
                Size(sorted[0]),
                Size(sorted[sorted.Count / 2]),
                Size(sorted[^1]),
                sorted.Count(p => Math.Min(p.Width, p.Height) < SmallSide),
                sorted.Count(p => Math.Max(p.Width, p.Height) > LongRatio * Math.Min(p.Width, p.Height)),
                sorted.Count(p => p.IsTurned),
                sorted.Count(p => p.IsGrey),
                sorted.Count(p => p.HasAlpha));
    }

    private static IReadOnlyList<int> Size(PictureFacts picture) => [picture.Width, picture.Height];
}

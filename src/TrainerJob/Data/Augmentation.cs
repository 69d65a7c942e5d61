using WrnCloud.Jobs;

namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// The paper's augmentation, a horizontal flip with probability 1/2 and a random crop from the padded image, and cutout:
/// a square at a uniformly random place, what of it lies beyond the edge cut off, blanked to zero after preprocessing (arXiv 1708.04552).
/// </summary>
/// <param name="Flip">Whether images are flipped.</param>
/// <param name="CropPadding">Pixels of padding on each side, less than the image's side; 0 for no crop.</param>
/// <param name="Padding">What fills the padding.</param>
/// <param name="Cutout">Side of the blanked square in pixels; 0 for none.</param>
/// <param name="CropScale">Least side of a random square that is scaled to the network's size, as a share of the image's; null for none.</param>
internal sealed record Augmentation(bool Flip, int CropPadding, PaddingMode Padding, int Cutout = 0, double? CropScale = null)
{
    /// <summary>Images as they are.</summary>
    public static Augmentation None { get; } = new(false, 0, PaddingMode.Zero);

    /// <summary>The augmentation that the settings ask for.</summary>
    public static Augmentation Of(TrainingSettings settings) =>
        new(settings.Flip, settings.CropPadding, settings.Padding, settings.Cutout, settings.CropScale);

    /// <summary>
    /// Draws one image's rows and columns: entry i is the source row (column) of target row (column) i, or −1 for padding with zeros.
    /// A pure function of seed, epoch and image.
    /// </summary>
    /// <returns>What is blanked of the result.</returns>
    public CutoutSquare Draw(long seed, int epoch, int image, Span<int> rows, Span<int> columns)
    {
        var random = new SplitMix64(seed, epoch, image);
        var flip = Flip && random.Next(2) == 1;
        var up = CropPadding > 0 ? random.Next((2 * CropPadding) + 1) - CropPadding : 0;
        var left = CropPadding > 0 ? random.Next((2 * CropPadding) + 1) - CropPadding : 0;
        for (var i = 0; i < rows.Length; i++) rows[i] = Source(i + up, rows.Length);
        for (var i = 0; i < columns.Length; i++) columns[flip ? columns.Length - 1 - i : i] = Source(i + left, columns.Length);
        return Cutout > 0 ? CutoutSquare.Around(random.Next(rows.Length), random.Next(columns.Length), Cutout, rows.Length) : default;
    }

    /// <summary>
    /// Draws the square that is cut out of one image, and what is blanked of the result; where there are no random squares, the middle one.
    /// </summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">0-based.</param>
    /// <param name="image">The image's position in its set.</param>
    /// <param name="imageSize">Side of the image in pixels.</param>
    /// <param name="size">Side of the network's input.</param>
    public (SquareCrop Square, CutoutSquare Blank) DrawSquare(long seed, int epoch, int image, int imageSize, int size)
    {
        var random = new SplitMix64(seed, epoch, image);
        var flip = Flip && random.Next(2) == 1;
        var square = SquareCrop.Middle(imageSize, Math.Min(size, imageSize));
        if (CropScale is { } scale)
        {
            var least = Math.Clamp((int)Math.Round(scale * imageSize), 1, imageSize);
            var side = least + random.Next(imageSize - least + 1);
            square = new SquareCrop(random.Next(imageSize - side + 1), random.Next(imageSize - side + 1), side, false);
        }

        var blank = Cutout > 0 ? CutoutSquare.Around(random.Next(size), random.Next(size), Cutout, size) : default;
        return (square with { Flip = flip }, blank);
    }

    private int Source(int position, int size)
    {
        if (position >= 0 && position < size) return position;
        if (Padding == PaddingMode.Zero) return -1;
        return position < 0 ? -position : (2 * (size - 1)) - position;
    }
}

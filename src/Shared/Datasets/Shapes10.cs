namespace WrnCloud.Datasets;

/// <summary>
/// A data set that is drawn, not downloaded: ten outlines on cluttered, noisy backgrounds, 32×32, with place, size, rotation and both colours
/// at random. Colour and brightness say nothing about the class, so that a linear model of the pixels stays near chance; a small
/// convolutional net learns it within minutes on a CPU.
/// </summary>
/// <remarks>
/// The same seed gives the same bytes on every platform: the generator is our own, and of the floating-point operations only those that
/// IEEE 754 rounds exactly are used (no sine, no exponential).
/// </remarks>
public static class Shapes10
{
    /// <summary>The data set's name.</summary>
    public const string Name = "shapes10";

    /// <summary>The seed of the training split that the demo stores.</summary>
    public const ulong TrainSeed = 10;

    /// <summary>The seed of the test split that the demo stores.</summary>
    public const ulong TestSeed = 20;

    /// <summary>The ten classes, by index.</summary>
    public static IReadOnlyList<string> Classes { get; } =
        ["circle", "ring", "triangle", "square", "star", "cross", "heart", "crescent", "arrow", "hourglass"];

    /// <summary>
    /// Draws <paramref name="count"/> images. Each run of ten has every class once, in random order;
    /// the first n images are the same whatever the count.
    /// </summary>
    /// <param name="count">Number of images, 1 to 500,000.</param>
    /// <param name="seed">Tells data sets apart; splits need different seeds.</param>
    public static LabelledImages Generate(int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 500_000);

        var images = new LabelledImages(new byte[count * LabelledImages.ImageBytes], new ushort[count], Classes);
        Parallel.For(0, (count + 9) / 10, ten =>
        {
            var random = new Xoshiro256(seed, (ulong)ten);
            Span<int> order = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
            random.Shuffle(order);
            for (var i = 0; i < 10 && (ten * 10) + i < count; i++)
            {
                var image = (ten * 10) + i;
                images.Labels[image] = (ushort)order[i];
                ShapePainter.Paint(order[i], random, images.Pixels.AsSpan(image * LabelledImages.ImageBytes, LabelledImages.ImageBytes));
            }
        });
        return images;
    }
}

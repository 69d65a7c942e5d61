using WrnCloud.Datasets;
using WrnCloud.TrainerJob.Data;

namespace WrnCloud.TrainerJob.Export;

/// <summary>
/// Pictures to compare two computations on where there are no others: noise of every contrast around every brightness, the same ones always.
/// </summary>
internal static class RandomPictures
{
    private const long Seed = 74;

    /// <summary>As many as the parity gate's batches of 1, 2, 7 and 64 take.</summary>
    /// <param name="size">Side in pixels.</param>
    /// <param name="classes">Class names; every picture is labelled as the first.</param>
    public static LabelledImages Generate(int size, IReadOnlyList<string> classes)
    {
        var random = new SplitMix64(Seed);
        var pixels = new byte[ParityGate.FirstImages * 3 * size * size];
        for (var plane = 0; plane < ParityGate.FirstImages * 3; plane++)
        {
            var (middle, contrast) = (random.Next(256), 1 + random.Next(256));
            foreach (ref var pixel in pixels.AsSpan(plane * size * size, size * size))
                pixel = (byte)Math.Clamp(middle + random.Next(contrast) - (contrast / 2), byte.MinValue, byte.MaxValue);
        }

        return new LabelledImages(pixels, new ushort[ParityGate.FirstImages], classes, size);
    }
}

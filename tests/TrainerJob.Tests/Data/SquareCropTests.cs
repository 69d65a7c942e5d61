using WrnCloud.Datasets;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Tests.Support;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Data;

/// <summary>Squares cut out of images and scaled, against libtorch's own bilinear interpolation.</summary>
public sealed class SquareCropTests
{
    private static readonly float[] One = [1, 1, 1];
    private static readonly float[] Zero = [0, 0, 0];

    [Theory]
    [InlineData(0, 0, 12, 8)]
    [InlineData(1, 3, 5, 8)]
    [InlineData(2, 0, 8, 8)]
    [InlineData(0, 1, 11, 4)]
    [InlineData(11, 11, 1, 8)]
    [InlineData(3, 2, 2, 7)]
    public void Scale_AnySquare_IsLibtorchsInterpolation(int top, int left, int side, int size)
    {
        using var scope = NewDisposeScope();
        var planes = Noise(12);
        var target = new float[size * size * 3];

        new SquareCrop(top, left, side, false).Scale(planes, 12, target, size, One, Zero);

        var square = tensor(planes).to(ScalarType.Float32).reshape(1, 3, 12, 12).slice(2, top, top + side, 1).slice(3, left, left + side, 1);
        var expected = nn.functional.interpolate(square, size: [size, size], mode: InterpolationMode.Bilinear, align_corners: false);
        Assert.Equal(expected.permute(0, 2, 3, 1).contiguous().data<float>().ToArray(), target, (a, b) => Math.Abs(a - b) < 1e-3);
    }

    [Fact]
    public void Scale_Flipped_IsTheMirrorImage()
    {
        var planes = Noise(12);
        var (plain, flipped) = (new float[8 * 8 * 3], new float[8 * 8 * 3]);
        var square = new SquareCrop(1, 2, 9, false);

        square.Scale(planes, 12, plain, 8, One, Zero);
        (square with { Flip = true }).Scale(planes, 12, flipped, 8, One, Zero);

        for (var pixel = 0; pixel < 64; pixel++)
            Assert.Equal(plain.AsSpan(pixel * 3, 3), flipped.AsSpan((pixel / 8 * 24) + ((7 - (pixel % 8)) * 3), 3));
    }

    [Fact]
    public void Scale_TheWholeImageAtItsSize_KeepsEveryPixel()
    {
        var planes = Noise(8);
        var target = new float[8 * 8 * 3];

        SquareCrop.Middle(8, 8).Scale(planes, 8, target, 8, [2, 2, 2], [1, 1, 1]);

        Assert.Equal(Enumerable.Range(0, 192).Select(i => (2f * planes[(i % 3 * 64) + (i / 3)]) + 1), target);
    }

    [Fact]
    public void DrawSquare_OverManyImages_FillsItsRangesAndIsRepeatable()
    {
        var augmentation = new Augmentation(true, 0, PaddingMode.Zero, CropScale: 0.625);
        var squares = Enumerable.Range(0, 2000).Select(i => augmentation.DrawSquare(3, 1, i, 256, 224).Square).ToList();

        Assert.Equal(squares, Enumerable.Range(0, 2000).Select(i => augmentation.DrawSquare(3, 1, i, 256, 224).Square));
        Assert.Equal((160, 256), (squares.Min(s => s.Side), squares.Max(s => s.Side)));
        Assert.All(squares, s => Assert.True(s is { Top: >= 0, Left: >= 0 } && s.Top + s.Side <= 256 && s.Left + s.Side <= 256, $"{s}"));
        Assert.InRange(squares.Count(s => s.Flip), 800, 1200);
        Assert.True(squares.Select(s => (s.Top, s.Left, s.Side)).Distinct().Count() > 1500);
    }

    [Fact]
    public void Images_LargerThanTheNetwork_AreCutToItsSize()
    {
        using var scope = NewDisposeScope();
        var images = new LabelledImages(Noise(40), [0], ["a", "b"], 40);
        var batches = new BatchAssembler(images, Samples.Preprocessor, 32);

        var middle = batches.Images([0], Augmentation.None, 1, 0);
        var random = batches.Images([0], new Augmentation(false, 0, PaddingMode.Zero, CropScale: 0.5), 1, 0);

        var expected = new BatchAssembler(images, Samples.Preprocessor).Images([0], Augmentation.None, 1, 0).slice(2, 4, 36, 1).slice(3, 4, 36, 1);
        Assert.Equal(new long[] { 1, 3, 32, 32 }, random.shape);
        Assert.True(middle.allclose(expected, atol: 1e-5));
        Assert.False(random.allclose(middle, atol: 1e-2));
    }

    private static byte[] Noise(int size)
    {
        var random = new SplitMix64(size);
        return [.. Enumerable.Range(0, 3 * size * size).Select(_ => (byte)random.Next(256))];
    }
}

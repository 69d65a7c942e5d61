using WrnCloud.Datasets;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Tests.Support;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Data;

public sealed class BatchAssemblerTests
{
    private static readonly LabelledImages Images = Samples.Images(12, 3, 9);

    [Fact]
    public void Images_WithoutAugmentation_AreTheNormalisedBytesChannelsLast()
    {
        using var scope = NewDisposeScope();
        var batch = new BatchAssembler(Images, Samples.Preprocessor).Images([5, 2], Augmentation.None, 0, 0);

        Assert.Equal(new long[] { 2, 3, 32, 32 }, batch.shape);
        Assert.Equal(1, batch.stride(1));
        foreach (var (n, c, y, x) in new[] { (0, 0, 0, 0), (0, 1, 3, 31), (1, 2, 31, 7) })
        {
            var value = Images.Pixels[(new[] { 5, 2 }[n] * 3072) + (c * 1024) + (y * 32) + x] / 255.0;
            Assert.Equal((value - Samples.Statistics.Mean[c]) / Samples.Statistics.StandardDeviation[c], batch[n, c, y, x].item<float>(), 1e-5);
        }
    }

    [Fact]
    public void Images_ZeroPadding_IsZeroAfterNormalisation()
    {
        using var scope = NewDisposeScope();
        var augmentation = new Augmentation(false, 4, PaddingMode.Zero);
        var batch = new BatchAssembler(Images, Samples.Preprocessor).Images([.. Enumerable.Range(0, 12)], augmentation, 1, 0);
        var (rows, columns) = (new int[32], new int[32]);
        var padded = 0;
        for (var n = 0; n < 12; n++)
        {
            augmentation.Draw(1, 0, n, rows, columns);
            if (rows[0] >= 0) continue;
            padded++;
            Assert.Equal(0, batch[n].narrow(1, 0, 1).abs().max().item<float>());
            Assert.True(batch[n].narrow(1, 16, 1).abs().max().item<float>() > 0);
        }

        Assert.True(padded > 0);
    }

    [Fact]
    public void Images_SameDraws_AreEqualAndNextEpochDiffers()
    {
        using var scope = NewDisposeScope();
        var batches = new BatchAssembler(Images, Samples.Preprocessor);
        var augmentation = Augmentation.Of(Samples.Settings);

        // An image's draws do not depend on its neighbours in the batch.
        Assert.Equal(Values(batches.Images([1, 2, 3], augmentation, 1, 0)[1]), Values(batches.Images([2], augmentation, 1, 0)[0]));
        Assert.NotEqual(Values(batches.Images([1, 2, 3], augmentation, 1, 0)), Values(batches.Images([1, 2, 3], augmentation, 1, 1)));
    }

    [Fact]
    public void Images_Cutout_IsZeroWithinTheSquareAlone()
    {
        using var scope = NewDisposeScope();
        var augmentation = new Augmentation(false, 0, PaddingMode.Zero, 12);
        var batches = new BatchAssembler(Images, Samples.Preprocessor);
        int[] positions = [.. Enumerable.Range(0, 12)];
        var (plain, cut) = (batches.Images(positions, Augmentation.None, 0, 0), batches.Images(positions, augmentation, 4, 2));
        var (rows, columns) = (new int[32], new int[32]);
        foreach (var i in positions)
        {
            var (top, bottom, left, right) = augmentation.Draw(4, 2, i, rows, columns);
            using var expected = plain[i].clone();
            expected[.., top..bottom, left..right] = 0;
            Assert.Equal(Values(expected), Values(cut[i]));
        }
    }

    [Fact]
    public void Images_OfAnotherSize_KeepTheirSize()
    {
        using var scope = NewDisposeScope();
        var pixels = new byte[2 * 3 * 48 * 48];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)(i * 7);
        var images = new LabelledImages(pixels, [1, 999], [.. Enumerable.Range(0, 1000).Select(c => $"{c}")], 48);
        var batches = new BatchAssembler(images, ChannelPreprocessor.Scaled);

        var batch = batches.Images([1], new Augmentation(true, 4, PaddingMode.Reflection), 1, 0);

        Assert.Equal(new long[] { 1, 3, 48, 48 }, batch.shape);
        Assert.Equal(images.Image(1)[(2 * 48 * 48) + (5 * 48) + 9] / 255f, batches.Images([1], Augmentation.None, 1, 0)[0, 2, 5, 9].item<float>());
        Assert.Equal(new long[] { 999, 1 }, batches.Labels([1, 0]).data<long>().ToArray());
    }

    [Fact]
    public void Images_OfABatch_LeaveNoGarbageForEachImage()
    {
        var batches = new BatchAssembler(Images, Samples.Preprocessor);
        var augmentation = new Augmentation(true, 4, PaddingMode.Reflection, 8);
        int[] one = [3], many = [.. Enumerable.Repeat(3, 512)];

        // The tensor's own handles are the same few objects whatever the length.
        Assert.InRange(Allocated(many) - Allocated(one), -1000, 1000);

        long Allocated(int[] positions)
        {
            batches.Images(positions, augmentation, 1, 1).Dispose();
            var before = GC.GetAllocatedBytesForCurrentThread();
            batches.Images(positions, augmentation, 1, 2).Dispose();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static float[] Values(Tensor tensor) => tensor.contiguous().data<float>().ToArray();

    [Fact]
    public void Constructor_LabelBeyondTheClasses_IsRefused()
    {
        var wrong = Images with { Labels = [.. Images.Labels[..11], 3] };

        Assert.Throws<ArgumentException>(() => new BatchAssembler(wrong, Samples.Preprocessor));
        Assert.ThrowsAny<ArgumentException>(() => new BatchAssembler(Images with { Pixels = Images.Pixels[..^1] }, Samples.Preprocessor));
    }
}

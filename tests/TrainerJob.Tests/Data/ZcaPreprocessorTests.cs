using System.Runtime.InteropServices;
using WrnCloud.Datasets;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Tests.Support;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Data;

public sealed class ZcaPreprocessorTests
{
    [Fact]
    [Trait("Category", "Slow")]
    public void Fit_TrainingImages_AreWhitenedUpToTheFilterBias()
    {
        using var scope = NewDisposeScope();
        var images = Shapes10.Generate(400, 3);
        var fit = ZcaPreprocessor.Fit(images);
        var batches = new BatchAssembler(images, fit);
        var all = batches.Images([.. Enumerable.Range(0, 400)], Augmentation.None, 0, 0)
            .contiguous()
            .reshape(400, ZcaPreprocessor.Features)
            .to(ScalarType.Float64);

        Assert.InRange(all.mean([0]).abs().max().item<double>(), 0, 1e-4);

        // The covariance's eigenvalues λ become λ / (λ + 0.1), in the same directions.
        // 399 of them are not zero, and can be had from the 400×400 products.
        var before = Spectrum(Normalised(images));
        var after = Spectrum(all);
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(before[i] / (before[i] + ZcaPreprocessor.FilterBias), after[i], 2e-3);
            Assert.InRange(after[i], 0.9, 1.001);
        }

        // Whitening is symmetric: nearest to the images among all that decorrelate them.
        var matrix = tensor(fit.Matrix.ToArray(), ZcaPreprocessor.Features, ZcaPreprocessor.Features);
        Assert.InRange((matrix - matrix.t()).abs().max().item<float>(), 0, 1e-4);

        // What an image becomes does not depend on its batch.
        var single = batches.Images([7], Augmentation.None, 0, 0).contiguous().reshape(-1);
        Assert.InRange((all[7].to(ScalarType.Float32) - single).abs().max().item<float>(), 0, 1e-4);
    }

    [Fact]
    public void Fit_WrongSizeOrNoImages_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => ZcaPreprocessor.Fit(new LabelledImages(new byte[3 * 16 * 16], [0], ["a"], 16)));
        Assert.Throws<ArgumentException>(() => ZcaPreprocessor.Fit(new LabelledImages([], [], ["a"])));
        Assert.Throws<ArgumentException>(
            () => new BatchAssembler(new LabelledImages(new byte[3 * 16 * 16], [0], ["a"], 16), SampleWhitening.Random(1)));
    }

    [Fact]
    public void Normalise_AnyImage_HasMeanZeroAndNorm55()
    {
        var values = new float[ZcaPreprocessor.Features];
        var images = Shapes10.Generate(5, 8);
        for (var i = 0; i < images.Count; i++)
        {
            ZcaPreprocessor.Normalise(images.Image(i), values);
            Assert.Equal(0, values.Average(), 1e-4);
            Assert.Equal(55, Math.Sqrt(values.Sum(v => (double)v * v)), 1e-2);
        }
    }

    [Fact]
    public void Normalise_OneColour_IsZero()
    {
        var values = new float[ZcaPreprocessor.Features];
        var image = new byte[ZcaPreprocessor.Features];
        Array.Fill(image, (byte)201);

        ZcaPreprocessor.Normalise(image, values);

        Assert.All(values, v => Assert.Equal(0, v, 1e-3));
    }

    [Fact]
    public void Images_Augmented_AreTheWhitenedImagesMoved()
    {
        using var scope = NewDisposeScope();
        var images = Shapes10.Generate(6, 4);
        var batches = new BatchAssembler(images, SampleWhitening.Random(2));
        int[] positions = [0, 1, 2, 3, 4, 5];
        var plain = batches.Images(positions, Augmentation.None, 0, 0);
        var augmentation = new Augmentation(true, 4, PaddingMode.Zero, 8);
        var moved = batches.Images(positions, augmentation, 3, 1);
        var (rows, columns) = (new int[32], new int[32]);
        for (var i = 0; i < images.Count; i++)
        {
            var cutout = augmentation.Draw(3, 1, i, rows, columns);
            for (var y = 0; y < 32; y += 5)
            {
                for (var x = 0; x < 32; x += 3)
                {
                    var blank = y >= cutout.Top && y < cutout.Bottom && x >= cutout.Left && x < cutout.Right;
                    var expected = blank || rows[y] < 0 || columns[x] < 0 ? 0 : plain[i, 1, rows[y], columns[x]].item<float>();
                    Assert.Equal(expected, moved[i, 1, y, x].item<float>());
                }
            }
        }
    }

    [Fact]
    public void WhitenAhead_Batches_AreTheSameAndNothingIsLeft()
    {
        using var scope = NewDisposeScope();
        var images = Shapes10.Generate(1203, 5);
        var before = TemporaryFiles();
        var ahead = new BatchAssembler(images, SampleWhitening.Random(6));
        var each = new BatchAssembler(images, SampleWhitening.Random(6));
        var augmentation = new Augmentation(true, 4, PaddingMode.Reflection, 8);
        int[] positions = [0, 999, 1000, 1202, 17];

        using var whitened = ahead.WhitenAhead();

        Assert.True(ahead.Images(positions, augmentation, 3, 1).allclose(each.Images(positions, augmentation, 3, 1), 1e-4, 1e-4));
        whitened!.Dispose();
        Assert.Null(new BatchAssembler(images, ChannelPreprocessor.Scaled).WhitenAhead());
        Assert.Throws<ObjectDisposedException>(() => ahead.Images(positions, augmentation, 3, 1));
        Assert.Empty(TemporaryFiles().Except(before));

        // Of this size: other tests make temporary files too.
        static string[] TemporaryFiles()
        {
            var files = new DirectoryInfo(Path.GetTempPath()).EnumerateFiles();
            return [.. files.Where(f => f.Exists && f.Length == 1203L * ZcaPreprocessor.Features * sizeof(float)).Select(f => f.Name)];
        }
    }

    private static Tensor Normalised(LabelledImages images)
    {
        var floats = empty(images.Count, ZcaPreprocessor.Features);
        var span = MemoryMarshal.Cast<byte, float>(floats.bytes);
        for (var i = 0; i < images.Count; i++)
            ZcaPreprocessor.Normalise(images.Image(i), span.Slice(i * ZcaPreprocessor.Features, ZcaPreprocessor.Features));
        return floats.to(ScalarType.Float64);
    }

    private static double[] Spectrum(Tensor images)
    {
        var centred = images - images.mean([0], keepdim: true);
        return [.. linalg.eigvalsh(centred.mm(centred.t()) / images.shape[0]).data<double>().ToArray().OrderDescending()];
    }
}

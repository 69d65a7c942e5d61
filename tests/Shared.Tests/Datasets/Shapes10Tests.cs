using System.Security.Cryptography;
using WrnCloud.Datasets;

namespace WrnCloud.Shared.Tests.Datasets;

public sealed class Shapes10Tests
{
    [Fact]
    public void Generate_DemoSeeds_GivesTheSameBytesEverywhere()
    {
        // Pinned: a change here changes a published data set, and every accuracy measured on it.
        Assert.Equal("bc1af460804c19ab58571e7667a68efad690244387bb80075b537bfcadc8f287", Hash(Shapes10.Generate(500, Shapes10.TrainSeed)));
        Assert.Equal("f043cd9746ae199d895bac13d1290d4604b4b3d630ec960155ead6bd50bda280", Hash(Shapes10.Generate(500, Shapes10.TestSeed)));
    }

    [Fact]
    public void Generate_MoreImages_BeginsWithTheSameOnes()
    {
        var few = Shapes10.Generate(37, 5);
        var many = Shapes10.Generate(120, 5);

        Assert.Equal(few.Labels, many.Labels[..37]);
        Assert.Equal(few.Pixels, many.Pixels[..few.Pixels.Length]);
    }

    [Fact]
    public void Generate_EachRunOfTen_HasEveryClassOnce()
    {
        var labels = Shapes10.Generate(1000, 6).Labels;

        Assert.All(labels.Chunk(10), ten => Assert.Equal(10, ten.Distinct().Count()));
        Assert.True(labels.Chunk(10).Select(ten => string.Join(',', ten)).Distinct().Count() > 90, "The classes come in a fixed order.");
    }

    [Fact]
    public void Generate_TwoSeeds_ShareNoImage()
    {
        var train = Rows(Shapes10.Generate(1000, Shapes10.TrainSeed));
        var test = Rows(Shapes10.Generate(500, Shapes10.TestSeed));

        Assert.Equal(1000, train.Distinct().Count());
        Assert.Empty(train.Intersect(test));
    }

    [Fact]
    public void Generate_MeanBrightness_SaysNothingAboutTheClass()
    {
        var images = Shapes10.Generate(5000, 7);
        var sums = new double[10];
        for (var i = 0; i < images.Count; i++)
        {
            var sum = 0L;
            foreach (var value in images.Pixels.AsSpan(i * LabelledImages.ImageBytes, LabelledImages.ImageBytes)) sum += value;
            sums[images.Labels[i]] += sum / (double)LabelledImages.ImageBytes / 500;
        }

        // The standard error of a class's mean over 500 images is about 1.5.
        Assert.InRange(sums.Max() - sums.Min(), 0, 9);
    }

    [Fact]
    public void Generate_CountOutOfRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Shapes10.Generate(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Shapes10.Generate(500_001, 1));
    }

    private static string Hash(LabelledImages images) => Convert.ToHexStringLower(SHA256.HashData(Cifar10Binary.Write(images)));

    private static List<string> Rows(LabelledImages images) =>
        [.. images.Pixels.Chunk(LabelledImages.ImageBytes).Select(row => Convert.ToHexString(SHA256.HashData(row)))];
}

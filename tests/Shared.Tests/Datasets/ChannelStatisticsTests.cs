using WrnCloud.Datasets;

namespace WrnCloud.Shared.Tests.Datasets;

public sealed class ChannelStatisticsTests
{
    [Fact]
    public void Of_KnownPixels_GivesMeanAndPopulationDeviation()
    {
        var pixels = new byte[2 * LabelledImages.ImageBytes];
        pixels.AsSpan(0, 1024).Fill(255);
        pixels.AsSpan(1024, 1024).Fill(51);
        pixels.AsSpan(LabelledImages.ImageBytes + 1024, 1024).Fill(51);

        var statistics = ChannelStatistics.Of(new LabelledImages(pixels, [0, 1], ["a", "b"]));

        Assert.Equal([0.5, 0.2, 0], statistics.Mean, Near);
        Assert.Equal([0.5, 0, 0], statistics.StandardDeviation, Near);
    }

    [Fact]
    public void Of_NoImages_Throws() => Assert.Throws<ArgumentException>(() => ChannelStatistics.Of(new LabelledImages([], [], ["a"])));

    [Fact]
    public void Of_Cifar10Sample_IsNearThePublishedValues()
    {
        var path = RepositoryData.Find("cifar-10-tiny/tiny_train.bin");
        if (path is null) Assert.Skip("CIFAR-10 is not on this machine.");

        var statistics = ChannelStatistics.Of(Cifar10Binary.Read(File.ReadAllBytes(path), "tiny_train.bin", Cifar10Binary.Cifar10Classes));

        // Mean and deviation of all 50,000 training images; a sample of 1,000 lies close.
        Assert.All(statistics.Mean.Zip([0.4914, 0.4822, 0.4465]), pair => Assert.Equal(pair.First, pair.Second, 0.02));
        Assert.All(statistics.StandardDeviation.Zip([0.2470, 0.2435, 0.2616]), pair => Assert.Equal(pair.First, pair.Second, 0.02));
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) < 1e-12;
}

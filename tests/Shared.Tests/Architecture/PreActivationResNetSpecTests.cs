using WrnCloud.Architecture;

namespace WrnCloud.Shared.Tests.Architecture;

/// <summary>Against arXiv 1605.07146, Table 5, and arXiv 1512.03385, Table 6.</summary>
public sealed class PreActivationResNetSpecTests
{
    [Theory]
    [InlineData("ResNet-20", 272_282, 278_132, 0.041)]
    [InlineData("ResNet-110", 1_730_522, 1_736_372, 0.253)]
    [InlineData("ResNet-1202", 19_423_834, 19_429_684, 2.830)]
    [InlineData("ResNet-164", 1_703_258, 1_726_388, 0.245)]
    [InlineData("ResNet-1001", 10_327_706, 10_350_836, 1.488)]
    public void Counts_OfTheBaselines_AreExact(string name, long parameters10, long parameters100, double billionMacs)
    {
        var spec = Parse(name);

        Assert.Equal(parameters10, spec.ParameterCount(10));
        Assert.Equal(parameters100, spec.ParameterCount(100));
        Assert.Equal(billionMacs, Math.Round(spec.MultiplyAccumulates(10) / 1e9, 3));
    }

    // The table's 10.2M is reached by the convolutions alone; with batch norm and classifier there are 10.3M.
    [Theory]
    [InlineData("ResNet-110", 1.7)]
    [InlineData("ResNet-164", 1.7)]
    [InlineData("ResNet-1001", 10.2)]
    public void Convolutions_OfTable5_HaveThePrintedMillions(string name, double millions) =>
        Assert.Equal(millions, Math.Round(Parse(name).Layers(10).Where(l => l.Kind == LayerKind.Convolution).Sum(l => l.Parameters) / 1e6, 1));

    [Theory]
    [InlineData("ResNet-110", "ResNet-110", 18, false)]
    [InlineData("resnet-110-basic", "ResNet-110", 18, false)]
    [InlineData("ResNet-110-bottleneck", "ResNet-110-bottleneck", 12, true)]
    [InlineData("ResNet-164", "ResNet-164", 18, true)]
    [InlineData("ResNet-164-bottleneck", "ResNet-164", 18, true)]
    [InlineData("ResNet-164-basic", "ResNet-164-basic", 27, false)]
    [InlineData("ResNet-1001", "ResNet-1001", 111, true)]
    [InlineData("ResNet-29-bottleneck", "ResNet-29-bottleneck", 3, true)]
    [InlineData("ResNet-8", "ResNet-8", 1, false)]
    public void TryParse_Name_MeansThePapersKindOfBlock(string text, string name, int blocks, bool bottleneck)
    {
        var spec = Parse(text);

        Assert.Equal((name, blocks, bottleneck), (spec.Name, spec.BlocksPerGroup, spec.IsBottleneck));
        Assert.Equal(spec, Parse(spec.Name));
    }

    [Theory]
    [InlineData("ResNet-109", "The depth is 6N + 2, from 8 to 1202; the nearest right ones are 104 and 110.")]
    [InlineData("ResNet-29", "The depth is 6N + 2, from 8 to 1202; the nearest right ones are 26 and 32. There is ResNet-29-bottleneck.")]
    [InlineData("ResNet-1001-basic", "The depth is 6N + 2, from 8 to 1202; the nearest right ones are 998 and 1004.")]
    [InlineData("ResNet-165-bottleneck", "The depth is 9N + 2, from 11 to 1199; the nearest right ones are 164 and 173.")]
    [InlineData("ResNet-2", "The depth is 6N + 2, from 8 to 1202; the nearest right one is 8.")]
    [InlineData("ResNet-9999", "The depth is 6N + 2, from 8 to 1202; the nearest right one is 1202.")]
    public void TryParse_WrongDepth_NamesItsNeighbours(string text, string problem)
    {
        Assert.False(NetworkSpec.TryParse(text, out _, out var found));
        Assert.Equal(problem, found);
    }

    [Fact]
    public void GroupChannels_OfBottlenecks_AreFourTimesTheInnerOnes()
    {
        Assert.Equal([64, 128, 256], Parse("ResNet-164").GroupChannels);
        Assert.Equal([16, 32, 64], Parse("ResNet-110").GroupChannels);
    }

    private static PreActivationResNetSpec Parse(string name)
    {
        Assert.True(NetworkSpec.TryParse(name, out var spec, out var problem), problem);
        return Assert.IsType<PreActivationResNetSpec>(spec);
    }
}

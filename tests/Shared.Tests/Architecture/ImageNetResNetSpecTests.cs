using WrnCloud.Architecture;

namespace WrnCloud.Shared.Tests.Architecture;

/// <summary>Against arXiv 1605.07146, Tables 7 and 8, and the counts of torchvision's networks.</summary>
public sealed class ImageNetResNetSpecTests
{
    [Theory]
    [InlineData("ResNet-18", 11_689_512)]
    [InlineData("WRN-18-1.5-imagenet", 25_875_816)]
    [InlineData("WRN-18-2-imagenet", 45_618_216)]
    [InlineData("WRN-18-3-imagenet", 101_783_976)]
    [InlineData("ResNet-34", 21_797_672)]
    [InlineData("WRN-34-1.5-imagenet", 48_613_608)]
    [InlineData("WRN-34-2-imagenet", 86_036_008)]
    [InlineData("ResNet-50", 25_557_032)]
    [InlineData("ResNet-101", 44_549_160)]
    [InlineData("ResNet-152", 60_192_808)]
    [InlineData("WRN-50-2-bottleneck", 68_883_240)]
    [InlineData("WRN-101-2-bottleneck", 126_886_696)]
    public void ParameterCount_Of1000Classes_IsExact(string name, long parameters) => Assert.Equal(parameters, Parse(name).ParameterCount(1000));

    [Theory]
    [InlineData("ResNet-18", 1.814)]
    [InlineData("ResNet-34", 3.664)]
    [InlineData("ResNet-50", 4.089)]
    [InlineData("WRN-50-2-bottleneck", 11.398)]
    public void MultiplyAccumulates_OfTorchvisionsNets_AreTorchvisions(string name, double billions) =>
        Assert.Equal(billions, Math.Round(Parse(name).MultiplyAccumulates(1000) / 1e9, 3));

    [Theory]
    [InlineData("wrn-18-1.50-ImageNet", "WRN-18-1.5-imagenet")]
    [InlineData("WRN-18-1-imagenet", "ResNet-18")]
    [InlineData("ResNet-18-imagenet", "ResNet-18")]
    [InlineData("resnet-34", "ResNet-34")]
    [InlineData("ResNet-50", "ResNet-50")]
    [InlineData("WRN-50-1-bottleneck", "ResNet-50")]
    [InlineData("ResNet-152", "ResNet-152")]
    [InlineData("ResNet-2-2-2-2", "ResNet-18")]
    [InlineData("ResNet-3-4-6-3", "ResNet-34")]
    [InlineData("ResNet-3-4-6-3-bottleneck", "ResNet-50")]
    [InlineData("resnet-2-2-2-3", "ResNet-2-2-2-3")]
    [InlineData("ResNet-1-1-1-1-bottleneck", "ResNet-1-1-1-1-bottleneck")]
    [InlineData("WRN-50-2-bottleneck", "WRN-50-2-bottleneck")]
    public void TryParse_Name_IsReadAndWrittenInOneForm(string text, string name)
    {
        var spec = Parse(text);

        Assert.Equal((name, 224), (spec.Name, spec.ImageSize));
        Assert.Equal(spec, Parse(spec.Name));
    }

    [Theory]
    [InlineData("WRN-28-2-imagenet", "The depth is 18 or 34; the nearest right ones are 18 and 34.")]
    [InlineData("WRN-50-2-imagenet", "The depth is 18 or 34; the nearest right one is 34.")]
    [InlineData("WRN-34-2-bottleneck", "The depth is 50, 101 or 152; the nearest right one is 50.")]
    [InlineData("WRN-100-2-bottleneck", "The depth is 50, 101 or 152; the nearest right ones are 50 and 101.")]
    [InlineData("WRN-18-4-imagenet", "The width is one of 1, 1.5, 2, 3.")]
    [InlineData("WRN-18-1.6-imagenet", "The width is one of 1, 1.5, 2, 3.")]
    [InlineData("WRN-50-3-bottleneck", "The width is one of 1, 2.")]
    [InlineData("ResNet-19-imagenet", "The depth is 18, 34, 50, 101 or 152; the nearest right ones are 18 and 34.")]
    [InlineData("ResNet-2-2-0-2", "A group has 1 to 50 blocks.")]
    [InlineData("ResNet-2-2-51-2", "A group has 1 to 50 blocks.")]
    public void TryParse_WrongNet_SaysWhatIsRight(string text, string problem)
    {
        Assert.False(NetworkSpec.TryParse(text, out _, out var found));
        Assert.Equal(problem, found);
    }

    [Fact]
    public void ParameterCount_OfOwnBlockCounts_IsThatOfTheLayers()
    {
        // ResNet-18 and one block more in the last group: two 3×3 convolutions of 512 channels, each with its normalisation.
        var more = (2 * 512L * 512 * 9) + (4 * 512);

        Assert.Equal(Parse("ResNet-18").ParameterCount(2) + more, Parse("ResNet-2-2-2-3").ParameterCount(2));
    }

    private static ImageNetResNetSpec Parse(string name)
    {
        Assert.True(NetworkSpec.TryParse(name, out var spec, out var problem), problem);
        return Assert.IsType<ImageNetResNetSpec>(spec);
    }
}

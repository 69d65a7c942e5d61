using WrnCloud.Architecture;

namespace WrnCloud.Shared.Tests.Architecture;

/// <summary>Against arXiv 1605.07146, Tables 7 and 8, and the counts of torchvision's networks.</summary>
public sealed class ImageNetResNetSpecTests
{
    [Theory]
    [InlineData("WRN-18-1-imagenet", 11_689_512)]
    [InlineData("WRN-18-1.5-imagenet", 25_875_816)]
    [InlineData("WRN-18-2-imagenet", 45_618_216)]
    [InlineData("WRN-18-3-imagenet", 101_783_976)]
    [InlineData("WRN-34-1-imagenet", 21_797_672)]
    [InlineData("WRN-34-1.5-imagenet", 48_613_608)]
    [InlineData("WRN-34-2-imagenet", 86_036_008)]
    [InlineData("WRN-50-1-bottleneck", 25_557_032)]
    [InlineData("WRN-101-1-bottleneck", 44_549_160)]
    [InlineData("WRN-152-1-bottleneck", 60_192_808)]
    [InlineData("WRN-50-2-bottleneck", 68_883_240)]
    [InlineData("WRN-101-2-bottleneck", 126_886_696)]
    public void ParameterCount_Of1000Classes_IsExact(string name, long parameters) => Assert.Equal(parameters, Parse(name).ParameterCount(1000));

    [Theory]
    [InlineData("WRN-18-1-imagenet", 1.814)]
    [InlineData("WRN-34-1-imagenet", 3.664)]
    [InlineData("WRN-50-1-bottleneck", 4.089)]
    [InlineData("WRN-50-2-bottleneck", 11.398)]
    public void MultiplyAccumulates_OfTorchvisionsNets_AreTorchvisions(string name, double billions) =>
        Assert.Equal(billions, Math.Round(Parse(name).MultiplyAccumulates(1000) / 1e9, 3));

    [Theory]
    [InlineData("wrn-18-1.50-ImageNet", "WRN-18-1.5-imagenet")]
    [InlineData("ResNet-18-imagenet", "WRN-18-1-imagenet")]
    [InlineData("resnet-34-imagenet", "WRN-34-1-imagenet")]
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
    public void TryParse_WrongNet_SaysWhatIsRight(string text, string problem)
    {
        Assert.False(NetworkSpec.TryParse(text, out _, out var found));
        Assert.Equal(problem, found);
    }

    private static ImageNetResNetSpec Parse(string name)
    {
        Assert.True(NetworkSpec.TryParse(name, out var spec, out var problem), problem);
        return Assert.IsType<ImageNetResNetSpec>(spec);
    }
}

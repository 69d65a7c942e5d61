using WrnCloud.Architecture;

namespace WrnCloud.Shared.Tests.Architecture;

public sealed class NetworkSpecTests
{
    [Theory]
    [InlineData("WRN-16-2", typeof(WideResNetSpec), 32)]
    [InlineData("WRN-40-2-B(3,1)", typeof(WideResNetSpec), 32)]
    [InlineData("WRN-40-2-l3", typeof(WideResNetSpec), 32)]
    [InlineData("ResNet-50", typeof(PreActivationResNetSpec), 32)]
    [InlineData("WRN-50-2-bottleneck", typeof(ImageNetResNetSpec), 224)]
    public void TryParse_Name_FindsTheFamily(string name, Type family, int imageSize)
    {
        Assert.True(NetworkSpec.TryParse(name, out var spec, out var problem));

        Assert.IsType(family, spec);
        Assert.Equal((name, imageSize, ""), (spec.Name, spec.ImageSize, problem));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("VGG-16")]
    [InlineData("WRN-16")]
    [InlineData("ResNet-18-torchvision")]
    [InlineData("WRN-18-.5-imagenet")]
    [InlineData("ResNet-50-imagenet ")]
    [InlineData("ResNet-\u0661\u0662")]
    public void TryParse_UnknownFamily_ListsTheForms(string? name)
    {
        Assert.False(NetworkSpec.TryParse(name, out var spec, out var problem));

        Assert.Null(spec);
        Assert.Equal(NetworkSpec.Forms, problem);
    }

    [Fact]
    public void Forms_ExampleNames_AreNames()
    {
        var names = NetworkSpec.Forms.Split(' ').Select(w => w.TrimEnd('.', ',', ';')).Where(w => w.Any(char.IsAsciiDigit)).ToList();

        Assert.Equal(8, names.Count);
        Assert.All(names, n => Assert.True(NetworkSpec.TryParse(n, out _, out var problem), $"{n}: {problem}"));
    }

    [Theory]
    [InlineData("WRN-16-2-B(3,1,3)")]
    [InlineData("ResNet-29-bottleneck")]
    [InlineData("WRN-50-2-bottleneck")]
    public void Layers_OfAnyFamily_FitTogether(string name)
    {
        Assert.True(NetworkSpec.TryParse(name, out var spec, out _));
        var layers = spec.Layers(7).ToList();

        Assert.Equal(layers.Count, layers.Select(l => l.Name).Distinct().Count());
        Assert.Equal((3, spec.ImageSize), (layers[0].Input, layers[0].OutputSize * layers[0].Stride));
        Assert.Equal((LayerKind.Classifier, 7), (layers[^1].Kind, layers[^1].Output));
        Assert.All(layers.Where(l => l.Kind == LayerKind.Sum), s => Assert.Equal(s.Output, layers[layers.IndexOf(s) - 1].Output));
        Assert.Equal(32, spec.ImageSize / layers[^2].OutputSize * (spec.ImageSize == 32 ? 8 : 1));
    }
}

using WrnCloud.Architecture;

namespace WrnCloud.Shared.Tests.Architecture;

public sealed class NetworkSpecTests
{
    [Theory]
    [InlineData("WRN-16-2", typeof(WideResNetSpec), 32)]
    [InlineData("WRN-40-2-B(3,1)", typeof(WideResNetSpec), 32)]
    [InlineData("WRN-40-2-l3", typeof(WideResNetSpec), 32)]
    [InlineData("ResNet-56", typeof(PreActivationResNetSpec), 32)]
    [InlineData("ResNet-50-basic", typeof(PreActivationResNetSpec), 32)]
    [InlineData("ResNet-50", typeof(ImageNetResNetSpec), 224)]
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

        Assert.Equal(12, names.Count);
        Assert.All(names, n => Assert.True(NetworkSpec.TryParse(n, out _, out var problem), $"{n}: {problem}"));
    }

    [Theory]
    [InlineData("WRN-16-2-B(3,1,3)")]
    [InlineData("ResNet-29-bottleneck")]
    [InlineData("ResNet-29-bottleneck", 64)]
    [InlineData("WRN-16-2", 512)]
    [InlineData("WRN-50-2-bottleneck")]
    [InlineData("WRN-50-2-bottleneck", 32)]
    [InlineData("ResNet-2-2-2-3", 384)]
    public void Layers_OfAnyFamilyAndSize_FitTogether(string name, int? size = null)
    {
        Assert.True(NetworkSpec.TryParse(name, out var spec, out _));
        if (size is { } side) spec = spec.At(side);
        var layers = spec.Layers(7).ToList();

        Assert.Equal(layers.Count, layers.Select(l => l.Name).Distinct().Count());
        Assert.Equal((3, spec.ImageSize), (layers[0].Input, layers[0].OutputSize * layers[0].Stride));
        Assert.Equal((LayerKind.Classifier, 7), (layers[^1].Kind, layers[^1].Output));
        Assert.All(layers.Where(l => l.Kind == LayerKind.Sum), s => Assert.Equal(s.Output, layers[layers.IndexOf(s) - 1].Output));
        Assert.Equal(spec.SizeStep, spec.ImageSize / layers[^2].OutputSize);
    }

    [Theory]
    [InlineData("WRN-16-2", 36, true)]
    [InlineData("WRN-16-2", 512, true)]
    [InlineData("WRN-16-2", 34, false)]
    [InlineData("WRN-16-2", 28, false)]
    [InlineData("WRN-16-2", 516, false)]
    [InlineData("ResNet-18", 32, true)]
    [InlineData("ResNet-18", 256, true)]
    [InlineData("ResNet-18", 100, false)]
    [InlineData("ResNet-18", -32, false)]
    [InlineData("ResNet-18", 0, false)]
    public void At_SizesOfTheNetworksStep_AreTaken(string name, int size, bool isTaken)
    {
        Assert.True(NetworkSpec.TryParse(name, out var spec, out _));

        Assert.Equal(isTaken, spec.Takes(size));
        if (isTaken)
            Assert.Equal((name, size, spec.ParameterCount(7)), (spec.At(size).Name, spec.At(size).ImageSize, spec.At(size).ParameterCount(7)));
        else Assert.Throws<ArgumentOutOfRangeException>(() => spec.At(size));
    }

    [Theory]
    [InlineData("WRN-16-2", 64, 4)]
    [InlineData("ResNet-18", 448, 4)]
    public void MultiplyAccumulates_OfTwiceTheSize_AreFourTimesAsMany(string name, int size, double times)
    {
        Assert.True(NetworkSpec.TryParse(name, out var spec, out _));

        Assert.Equal(times, (double)spec.At(size).MultiplyAccumulates(7) / spec.MultiplyAccumulates(7), 0.001);
    }
}

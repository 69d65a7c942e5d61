using WrnCloud.Architecture;
using WrnCloud.TrainerJob.Network;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Network;

/// <summary>Every network of arXiv 1605.07146, Tables 2 to 9, on the meta device: shapes without memory.</summary>
public sealed class ImageClassifierTests
{
    public static TheoryData<string, int, long> Counts => new()
    {
        { "WRN-40-1", 10, 563_930 },
        { "WRN-40-1", 100, 569_780 },
        { "WRN-40-2", 10, 2_243_546 },
        { "WRN-40-2", 100, 2_255_156 },
        { "WRN-40-4", 10, 8_949_210 },
        { "WRN-40-4", 100, 8_972_340 },
        { "WRN-40-8", 10, 35_748_314 },
        { "WRN-40-8", 100, 35_794_484 },
        { "WRN-40-10", 10, 55_841_754 },
        { "WRN-40-10", 100, 55_899_444 },
        { "WRN-28-10", 10, 36_479_194 },
        { "WRN-28-10", 100, 36_536_884 },
        { "WRN-28-12", 10, 52_517_850 },
        { "WRN-28-12", 100, 52_587_060 },
        { "WRN-22-8", 10, 17_158_106 },
        { "WRN-22-8", 100, 17_204_276 },
        { "WRN-22-10", 10, 26_797_914 },
        { "WRN-22-10", 100, 26_855_604 },
        { "WRN-16-4", 10, 2_748_890 },
        { "WRN-16-4", 100, 2_772_020 },
        { "WRN-16-8", 10, 10_961_370 },
        { "WRN-16-8", 100, 11_007_540 },
        { "WRN-16-10", 10, 17_116_634 },
        { "WRN-16-10", 100, 17_174_324 },
        { "WRN-52-1", 10, 758_362 },
        { "WRN-52-1", 100, 764_212 },
        { "WRN-28-2", 10, 1_467_610 },
        { "WRN-28-2", 100, 1_479_220 },
        { "WRN-40-2-l1", 10, 2_243_546 },
        { "WRN-40-2-l3", 10, 2_243_546 },
        { "WRN-40-2-l4", 10, 2_243_546 },
        { "WRN-40-2-B(1,3,1)", 10, 1_429_082 },
        { "WRN-40-2-B(3,1)", 10, 1_211_354 },
        { "WRN-40-2-B(1,3)", 10, 1_297_370 },
        { "WRN-40-2-B(3,1,1)", 10, 1_343_066 },
        { "WRN-22-2-B(3,1,3)", 10, 1_145_498 },
        { "ResNet-110", 10, 1_730_522 },
        { "ResNet-164", 10, 1_703_258 },
        { "ResNet-1001", 10, 10_327_706 },
        { "WRN-18-1-imagenet", 1000, 11_689_512 },
        { "WRN-18-1.5-imagenet", 1000, 25_875_816 },
        { "WRN-18-2-imagenet", 1000, 45_618_216 },
        { "WRN-18-3-imagenet", 1000, 101_783_976 },
        { "WRN-34-1-imagenet", 1000, 21_797_672 },
        { "WRN-34-1.5-imagenet", 1000, 48_613_608 },
        { "WRN-34-2-imagenet", 1000, 86_036_008 },
        { "WRN-50-2-bottleneck", 1000, 68_883_240 },
        { "WRN-101-2-bottleneck", 1000, 126_886_696 },
    };

    [Theory]
    [MemberData(nameof(Counts))]
    public void Create_EveryNetOfThePaper_HasItsParameters(string name, int classes, long count)
    {
        using var network = ImageClassifier.Create(Parse(name), classes, 0, 1, META);

        Assert.Equal(count, network.parameters().Sum(p => p.numel()));
        Assert.Equal(count, network.Spec.ParameterCount(classes));
    }

    [Theory]
    [InlineData("WRN-28-10")]
    [InlineData("WRN-40-2-l3")]
    [InlineData("WRN-22-2-B(3,1,3)")]
    [InlineData("ResNet-110")]
    [InlineData("ResNet-164")]
    [InlineData("WRN-18-1.5-imagenet")]
    [InlineData("WRN-34-1-imagenet")]
    [InlineData("WRN-101-2-bottleneck")]
    public void NamedState_OfEachFamily_IsTheSpecsLayers(string name)
    {
        using var network = ImageClassifier.Create(Parse(name), 10, 0, 1, META);

        var expected = network.Spec.Layers(10).SelectMany(Tensors).Order(StringComparer.Ordinal);

        Assert.Equal(expected, network.NamedState().Select(s => $"{s.Name} {string.Join('×', s.Value.shape)}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("ResNet-8", 32)]
    [InlineData("ResNet-11-bottleneck", 32)]
    [InlineData("WRN-13-1-l3", 32)]
    [InlineData("WRN-18-1-imagenet", 224)]
    public void Forward_OfEachFamily_GivesLogitsAndLearns(string name, int size)
    {
        using var scope = NewDisposeScope();
        using var network = ImageClassifier.Create(Parse(name), 5, 0.1, 1);
        var images = randn([2, size, size, 3], generator: new Generator(3)).permute(0, 3, 1, 2);

        var logits = network.call(images);
        logits.sum().backward();

        Assert.Equal(new long[] { 2, 5 }, logits.shape);
        Assert.Equal(ScalarType.Float32, logits.dtype);
        Assert.All(network.named_parameters(), p => Assert.True(p.parameter.grad is { } g && g.isfinite().all().item<bool>(), p.name));
        network.eval();
        using var mode = no_grad();
        Assert.InRange((network.call(images) - network.call(images.to(ScalarType.BFloat16))).abs().max().item<float>(), 0f, 1f);
    }

    [Fact]
    public void Create_EqualSeeds_GiveEqualWeights()
    {
        var spec = Parse("ResNet-11-bottleneck");
        using var one = ImageClassifier.Create(spec, 10, 0, 5);
        using var same = ImageClassifier.Create(spec, 10, 0, 5);
        using var other = ImageClassifier.Create(spec, 10, 0, 6);

        Assert.Equal(Values(one), Values(same));
        Assert.NotEqual(Values(one), Values(other));
    }

    private static float[] Values(ImageClassifier network) =>
        [.. network.parameters().SelectMany(p => p.detach().contiguous().data<float>().ToArray())];

    private static IEnumerable<string> Tensors(NetworkLayer layer) => layer.Kind switch
    {
        LayerKind.Convolution => [$"{layer.Name}.weight {layer.Output}×{layer.Input}×{layer.Kernel}×{layer.Kernel}"],
        LayerKind.Normalisation => new[] { "weight", "bias", "running_mean", "running_var" }.Select(t => $"{layer.Name}.{t} {layer.Output}"),
        LayerKind.Classifier => [$"{layer.Name}.weight {layer.Output}×{layer.Input}", $"{layer.Name}.bias {layer.Output}"],
        _ => [],
    };

    private static NetworkSpec Parse(string name)
    {
        Assert.True(NetworkSpec.TryParse(name, out var spec, out var problem), problem);
        return spec;
    }
}

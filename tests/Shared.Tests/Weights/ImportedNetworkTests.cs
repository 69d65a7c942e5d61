using WrnCloud.Architecture;
using WrnCloud.Errors;
using WrnCloud.Safetensors;
using WrnCloud.Weights;

namespace WrnCloud.Shared.Tests.Weights;

/// <summary>Which network a state dict is of.</summary>
public sealed class ImportedNetworkTests
{
    // All tensors look at the same bytes: only names, types and shapes matter here.
    private static readonly byte[] Shared = new byte[4 * 2048 * 2048 * 3];

    [Theory]
    [InlineData("ResNet-18")]
    [InlineData("ResNet-34")]
    [InlineData("ResNet-50")]
    [InlineData("ResNet-101")]
    [InlineData("ResNet-152")]
    [InlineData("WRN-50-2-bottleneck")]
    [InlineData("WRN-101-2-bottleneck")]
    [InlineData("WRN-18-1.5-imagenet")]
    [InlineData("ResNet-2-2-2-3")]
    public void Find_TensorsOfANetwork_AreItsOwn(string name)
    {
        var network = ImportedNetwork.Find(TensorsOf(name, 10), null, long.MaxValue);

        Assert.Equal((name, 10), (network.Spec.Name, network.Classes));
        Assert.Null(ImportedNetwork.Find(TensorsOf(name, null), null, long.MaxValue).Classes);
    }

    [Fact]
    public void Find_WhatDoesNotFit_IsToldByNameAndShape()
    {
        var tensors = TensorsOf("ResNet-18", 10);
        tensors["layer3.1.bn2.weight"] = Tensor([255]);
        tensors["layer1.0.se.fc.weight"] = Tensor([4, 64]);
        tensors.Remove("layer4.0.downsample.1.running_var");

        var refusal = Assert.Throws<WrnException>(() => ImportedNetwork.Find(tensors, null, long.MaxValue));

        Assert.Equal(ErrorCatalogue.WeightsUnfit, refusal.Error);
        Assert.Contains("'layer3.1.bn2.weight' is F32 255, not 256", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("'layer1.0.se.fc.weight'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("'layer4.0.downsample.1.running_var' 512 is missing", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_OtherNetworkThanNamed_IsRefused()
    {
        Assert.Equal(ErrorCatalogue.WeightsUnfit, Refusal("ResNet-34"));
        Assert.Equal(ErrorCatalogue.WeightsUnfit, Refusal("WRN-16-2"));
        Assert.Equal(ErrorCatalogue.SpecInvalid, Refusal("VGG-16"));

        static ErrorCode Refusal(string name) =>
            Assert.Throws<WrnException>(() => ImportedNetwork.Find(TensorsOf("ResNet-18", 10), name, long.MaxValue)).Error;
    }

    [Fact]
    public void Find_MoreWeightsThanTheFileHolds_IsRefused() =>
        Assert.Equal(
            ErrorCatalogue.WeightsUnfit, Assert.Throws<WrnException>(() => ImportedNetwork.Find(TensorsOf("ResNet-18", 10), null, 1 << 20)).Error);

    [Theory]
    [InlineData(1)]
    [InlineData(1001)]
    public void Find_ClassifierOfTooFewOrTooManyClasses_IsRefused(int classes) =>
        Assert.Equal(
            ErrorCatalogue.WeightsUnfit,
            Assert.Throws<WrnException>(() => ImportedNetwork.Find(TensorsOf("ResNet-18", classes), null, long.MaxValue)).Error);

    [Fact]
    public void Find_NumbersWithoutAPoint_AreRefused()
    {
        var tensors = TensorsOf("ResNet-18", 10);
        tensors["bn1.weight"] = WeightTensor.Contiguous("bn1.weight", TensorType.I64, [64], new byte[64 * 8]);

        Assert.Contains(
            "'bn1.weight' is I64 64",
            Assert.Throws<WrnException>(() => ImportedNetwork.Find(tensors, null, long.MaxValue)).Message,
            StringComparison.Ordinal);
    }

    private static Dictionary<string, WeightTensor> TensorsOf(string network, int? classes)
    {
        Assert.True(NetworkSpec.TryParse(network, out var spec, out var problem), problem);
        var tensors = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach (var layer in spec.Layers(classes ?? 2))
        {
            if (layer.Kind == LayerKind.Convolution)
                tensors[$"{layer.Name}.weight"] = Tensor([layer.Output, layer.Input, layer.Kernel, layer.Kernel]);
            if (layer.Kind == LayerKind.Classifier && classes is not null)
                (tensors["fc.weight"], tensors["fc.bias"]) = (Tensor([layer.Output, layer.Input]), Tensor([layer.Output]));
            if (layer.Kind != LayerKind.Normalisation) continue;
            foreach (var part in (string[])["weight", "bias", "running_mean", "running_var"])
                tensors[$"{layer.Name}.{part}"] = Tensor([layer.Output]);
        }

        return tensors;
    }

    private static WeightTensor Tensor(long[] shape) =>
        WeightTensor.Contiguous("", TensorType.F32, shape, Shared.AsMemory(0, (int)SafetensorsTensor.ByteLength(TensorType.F32, shape)!.Value));
}

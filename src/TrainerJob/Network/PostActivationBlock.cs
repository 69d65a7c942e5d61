using System.Collections.Immutable;
using WrnCloud.Architecture;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Network;

/// <summary>
/// One post-activation block, ReLU(x + F(x)), F = (conv-BN-ReLU)+ without the last ReLU.
/// Where size or channels change, a 1×1 convolution with its own batch normalisation makes the shortcut.
/// Dropout stands before every convolution but the first. Names are torchvision's.
/// </summary>
internal sealed class PostActivationBlock : nn.Module<Tensor, Tensor>
{
    private readonly double _dropout;

    public PostActivationBlock(int input, ImageNetResNetSpec spec, int group, int stride, double dropout, ParameterFactory factory)
        : base(nameof(PostActivationBlock))
    {
        _dropout = dropout;
        var convolutions = ImmutableArray.CreateBuilder<Convolution>();
        var normalisations = ImmutableArray.CreateBuilder<BatchNormalisation>();
        var layers = spec.BlockConvolutions(group);
        var channels = input;
        for (var i = 0; i < layers.Count; i++)
        {
            convolutions.Add(new Convolution(channels, layers[i].Output, layers[i].Kernel, i == spec.StridedConvolution ? stride : 1, factory));
            normalisations.Add(new BatchNormalisation(layers[i].Output, factory));
            register_module($"conv{i + 1}", convolutions[i]);
            register_module($"bn{i + 1}", normalisations[i]);
            channels = layers[i].Output;
        }

        Convolutions = convolutions.DrainToImmutable();
        Normalisations = normalisations.DrainToImmutable();
        if (stride == 1 && input == channels) return;
        Shortcut = new Convolution(input, channels, 1, stride, factory);
        ShortcutNormalisation = new BatchNormalisation(channels, factory);
        register_module("downsample", nn.Sequential(("0", Shortcut), ("1", ShortcutNormalisation)));
    }

    public ImmutableArray<Convolution> Convolutions { get; }

    public ImmutableArray<BatchNormalisation> Normalisations { get; }

    /// <summary>Null for an identity shortcut.</summary>
    public Convolution? Shortcut { get; }

    /// <summary>Null for an identity shortcut.</summary>
    public BatchNormalisation? ShortcutNormalisation { get; }

    public override Tensor forward(Tensor input)
    {
        var residual = Convolutions[0].call(input);
        for (var i = 1; i < Convolutions.Length; i++)
        {
            residual = Normalisations[i - 1].call(residual);
            if (_dropout > 0) residual = nn.functional.dropout(residual, _dropout, training);
            residual = Convolutions[i].call(residual);
        }

        var cudnn = input.device_type == TorchSharp.DeviceType.CUDA;
        residual = Normalisations[^1].Normalise(residual, cudnn);
        var shortcut = Shortcut is null ? input : ShortcutNormalisation!.Normalise(Shortcut.call(input), cudnn);
        return residual.add_(shortcut).relu_();
    }
}

using System.Collections.Immutable;
using WrnCloud.Architecture;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Network;

/// <summary>
/// One pre-activation block, x + F(x), F = (BN-ReLU-conv)+ with dropout before every convolution but the first. Where the channels change, a 1×1
/// convolution makes the shortcut and shares the first BN-ReLU with F.
/// </summary>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>
{
    private readonly double _dropout;

    public ResidualBlock(int input, IReadOnlyList<BlockConvolution> layers, int stride, double dropout, ParameterFactory factory)
        : base(nameof(ResidualBlock))
    {
        _dropout = dropout;
        var normalisations = ImmutableArray.CreateBuilder<BatchNormalisation>();
        var convolutions = ImmutableArray.CreateBuilder<Convolution>();
        var channels = input;
        for (var i = 0; i < layers.Count; i++)
        {
            normalisations.Add(new BatchNormalisation(channels, factory));
            convolutions.Add(new Convolution(channels, layers[i].Output, layers[i].Kernel, i == 0 ? stride : 1, factory));
            register_module($"bn{i + 1}", normalisations[i]);
            register_module($"conv{i + 1}", convolutions[i]);
            channels = layers[i].Output;
        }

        Normalisations = normalisations.DrainToImmutable();
        Convolutions = convolutions.DrainToImmutable();
        if (input == channels) return;
        Shortcut = new Convolution(input, channels, 1, stride, factory);
        register_module("shortcut", Shortcut);
    }

    public ImmutableArray<BatchNormalisation> Normalisations { get; }

    public ImmutableArray<Convolution> Convolutions { get; }

    /// <summary>Null for an identity shortcut.</summary>
    public Convolution? Shortcut { get; }

    /// <summary>The step after a normalisation: dropout before every convolution but the first, then the convolution.</summary>
    public Tensor Convolve(int index, Tensor activated)
    {
        if (index > 0 && _dropout > 0) activated = nn.functional.dropout(activated, _dropout, training);
        return Convolutions[index].call(activated);
    }

    public override Tensor forward(Tensor input)
    {
        var activated = Normalisations[0].call(input);
        var residual = Convolve(0, activated);
        for (var i = 1; i < Convolutions.Length; i++)
        {
            residual = Convolve(i, Normalisations[i].call(residual));
        }

        return residual.add_(Shortcut is null ? input : Shortcut.call(activated));
    }
}

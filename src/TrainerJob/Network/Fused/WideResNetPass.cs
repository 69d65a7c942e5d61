using System.Collections.Immutable;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Network.Fused;

/// <summary>
/// One batch through a <see cref="WideResNet"/> and back on the CPU, with every normalisation and its ReLU in one piece. The results are those of the
/// plain pass within rounding.
/// </summary>
internal sealed class WideResNetPass : TrainingPass
{
    private readonly Tensor _stem;
    private readonly ImmutableArray<ResidualBlockPass> _blocks;
    private readonly NormaliseReluPass _last;

    private WideResNetPass(Tensor stem, ImmutableArray<ResidualBlockPass> blocks, NormaliseReluPass last, Tensor logits)
        : base(logits) => (_stem, _blocks, _last) = (stem, blocks, last);

    /// <summary>
    /// Whether a network can be trained this way with such images: on the CPU, nothing frozen, channels that fill the kernels' vectors, no activation
    /// beyond what a span can hold.
    /// </summary>
    public static bool Fits(WideResNet network, Tensor images)
    {
        if (images.device_type != TorchSharp.DeviceType.CPU || !network.parameters().All(p => p.requires_grad)) return false;
        var layers = network.Blocks.SelectMany(b => b.Normalisations).Append(network.Normalisation);
        var widest = network.Blocks.SelectMany(b => b.Convolutions).Max(c => c.Weight.shape[0]);
        return layers.All(n => n.training && n.Weight.numel() % NormaliseReluKernel.Lanes == 0)
            && images.shape[0] * images.shape[2] * images.shape[3] * widest * images.ElementSize <= int.MaxValue;
    }

    /// <summary>Runs the batch forward: images N×3×H×W, channels-last.</summary>
    public static WideResNetPass Run(WideResNet network, Tensor images)
    {
        var stem = network.Stem.call(images);
        var blocks = ImmutableArray.CreateBuilder<ResidualBlockPass>(network.Blocks.Length);
        var features = stem;
        foreach (var block in network.Blocks)
        {
            blocks.Add(new ResidualBlockPass(block, features));
            features = blocks[^1].Output;
        }

        var last = new NormaliseReluPass(network.Normalisation, features);
        return new WideResNetPass(stem, blocks.DrainToImmutable(), last, network.Classify(last.Output));
    }

    /// <inheritdoc/>
    public override void Backward(Tensor loss)
    {
        loss.backward();
        var gradient = _last.Backward(other: null);
        foreach (var block in _blocks.Reverse()) gradient = block.Backward(gradient);
        autograd.backward(_stem, gradient);
        gradient.Dispose();
    }
}

using WrnCloud.Architecture;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Network;

/// <summary>
/// An <see cref="ImageNetResNet"/> that is only looked through: every batch normalisation is folded into the convolution before it,
/// once, and the weights are in the type that is computed in. Its features are the network's within rounding, in less time.
/// </summary>
internal sealed class FoldedResNet : IDisposable
{
    private static readonly long[] Spatial = [2, 3];
    private readonly Layer _stem;
    private readonly List<(List<Layer> Branch, Layer? Shortcut)> _blocks;

    /// <param name="network">The network; what is trained of it afterwards is not seen.</param>
    /// <param name="type">float32 or bfloat16.</param>
    /// <param name="groups">How many of its groups are looked through.</param>
    public FoldedResNet(ImageNetResNet network, ScalarType type, int groups = ImageNetResNetSpec.Groups)
    {
        using var gradients = no_grad();
        _stem = Layer.Of(network.Stem, network.Normalisation, type);
        _blocks =
        [
            .. network.Groups.Take(groups).SelectMany(g => g).Select(b => (
                b.Convolutions.Zip(b.Normalisations, (c, n) => Layer.Of(c, n, type)).ToList(),
                b.Shortcut is null ? null : Layer.Of(b.Shortcut, b.ShortcutNormalisation!, type))),
        ];
    }

    /// <summary>Features of normalised images N×3×S×S, channels-last, of the type computed in: float32 N×channels.</summary>
    public Tensor Features(Tensor images)
    {
        using var scope = NewDisposeScope();
        return Activations(images).mean(Spatial, type: ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>The last group's output for the same images, in the compute type.</summary>
    public Tensor Activations(Tensor images)
    {
        using var scope = NewDisposeScope();
        var activations = ImageNetResNet.Pool(_stem.Apply(images).relu_());
        foreach (var (branch, shortcut) in _blocks)
        {
            using var inner = NewDisposeScope();
            var residual = branch[0].Apply(activations);
            foreach (var layer in branch.Skip(1)) residual = layer.Apply(residual.relu_());
            activations = residual.add_(shortcut is null ? activations : shortcut.Apply(activations)).relu_().MoveToOuterDisposeScope();
        }

        return activations.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _stem.Dispose();
        foreach (var (branch, shortcut) in _blocks)
        {
            foreach (var layer in branch) layer.Dispose();
            shortcut?.Dispose();
        }
    }

    private sealed record Layer(Tensor Weight, Tensor Bias, int Kernel, int Stride) : IDisposable
    {
        public static Layer Of(Convolution convolution, BatchNormalisation normalisation, ScalarType type)
        {
            using var scope = NewDisposeScope();
            var scale = normalisation.Weight * (normalisation.RunningVariance + BatchNormalisation.Epsilon).rsqrt();
            var weight = convolution.Weight * scale.reshape(-1, 1, 1, 1);
            var bias = normalisation.Bias - (normalisation.RunningMean * scale);
            return new Layer(
                weight.to(type).DetachFromDisposeScope(), bias.to(type).DetachFromDisposeScope(), convolution.Kernel, convolution.Stride);
        }

        public Tensor Apply(Tensor input) => Convolution.Apply(input, Weight, Bias, Kernel, Stride);

        public void Dispose()
        {
            Weight.Dispose();
            Bias.Dispose();
        }
    }
}

using System.Collections.Immutable;
using WrnCloud.Architecture;
using WrnCloud.TrainerJob.Network.Fused;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Network;

/// <summary>
/// The pre-activation network of a <see cref="PreActivationSpec"/>, for images of 32×32 pixels:
/// a Wide ResNet, or a thin baseline, which is built of the same blocks.
/// Parameters carry PyTorch's names: <c>conv1.weight</c>, <c>group1.0.bn1.weight</c>, <c>bn.running_mean</c>, <c>fc.weight</c>.
/// </summary>
public sealed class WideResNet : ImageClassifier
{
    private static readonly long[] Spatial = [2, 3];

    /// <summary>Builds and initialises the network; equal seeds give equal weights on every device. The CPU is the default.</summary>
    public WideResNet(PreActivationSpec spec, int classes, double dropout, long seed, Device? device = null) : base(nameof(WideResNet), classes)
    {
        Spec = spec;
        using var random = new Generator(unchecked((ulong)seed));
        var factory = new ParameterFactory(random, device ?? CPU);
        Stem = new Convolution(3, PreActivationSpec.StemChannels, 3, 1, factory);
        register_module("conv1", Stem);
        var blocks = ImmutableArray.CreateBuilder<ResidualBlock>();
        var input = PreActivationSpec.StemChannels;
        for (var group = 0; group < PreActivationSpec.Groups; group++)
        {
            var convolutions = spec.BlockConvolutions(group);
            var members = new List<(string, nn.Module<Tensor, Tensor>)>();
            for (var block = 0; block < spec.BlocksPerGroup; block++)
            {
                var stride = group > 0 && block == 0 ? 2 : 1;
                blocks.Add(new ResidualBlock(input, convolutions, stride, dropout, factory));
                members.Add(($"{block}", blocks[^1]));
                input = convolutions[^1].Output;
            }

            register_module($"group{group + 1}", nn.Sequential(members));
        }

        Blocks = blocks.DrainToImmutable();
        Normalisation = new BatchNormalisation(input, factory);
        register_module("bn", Normalisation);
        Classifier = new Classifier(input, classes, factory);
        register_module("fc", Classifier);
    }

    /// <inheritdoc/>
    public override PreActivationSpec Spec { get; }

    internal Convolution Stem { get; }

    internal ImmutableArray<ResidualBlock> Blocks { get; }

    internal BatchNormalisation Normalisation { get; }

    internal override Classifier Classifier { get; }

    /// <summary>Logits of the last normalisation's output.</summary>
    internal Tensor Classify(Tensor activations) => Classifier.call(Pool(activations));

    /// <inheritdoc/>
    internal override Tensor Features(Tensor images)
    {
        var activations = Stem.call(images);
        foreach (var block in Blocks) activations = block.call(activations);
        return Pool(Normalisation.call(activations));
    }

    private static Tensor Pool(Tensor activations) => activations.mean(Spatial, type: ScalarType.Float32);

    internal override TrainingPass Train(Tensor images) => WideResNetPass.Fits(this, images) ? WideResNetPass.Run(this, images) : base.Train(images);
}

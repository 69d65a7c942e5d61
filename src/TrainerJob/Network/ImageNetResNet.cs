using System.Collections.Immutable;
using WrnCloud.Architecture;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Network;

/// <summary>
/// The post-activation network of an <see cref="ImageNetResNetSpec"/>. Parameters carry torchvision's names:
/// <c>conv1.weight</c>, <c>bn1.weight</c>, <c>layer1.0.conv1.weight</c>, <c>layer2.0.downsample.0.weight</c>, <c>fc.weight</c>.
/// Convolutions start normal with variance 2 / fan-out, as torchvision and fb.resnet.torch have it; batch normalisation at 1 and 0.
/// </summary>
public sealed class ImageNetResNet : ImageClassifier
{
    private static readonly long[] Spatial = [2, 3];
    private static readonly long[] Window = [3, 3];
    private static readonly long[] WindowStride = [2, 2];
    private static readonly long[] WindowPadding = [1, 1];

    /// <summary>Builds and initialises the network; equal seeds give equal weights on every device. The CPU is the default.</summary>
    public ImageNetResNet(ImageNetResNetSpec spec, int classes, double dropout, long seed, Device? device = null)
        : base(nameof(ImageNetResNet), classes)
    {
        Spec = spec;
        using var random = new Generator(unchecked((ulong)seed));
        var factory = new ParameterFactory(random, device ?? CPU, fanOut: true);
        Stem = new Convolution(3, ImageNetResNetSpec.StemChannels, 7, 2, factory);
        register_module("conv1", Stem);
        Normalisation = new BatchNormalisation(ImageNetResNetSpec.StemChannels, factory);
        register_module("bn1", Normalisation);
        var groups = ImmutableArray.CreateBuilder<ImmutableArray<PostActivationBlock>>();
        var input = ImageNetResNetSpec.StemChannels;
        for (var group = 0; group < ImageNetResNetSpec.Groups; group++)
        {
            var blocks = ImmutableArray.CreateBuilder<PostActivationBlock>();
            for (var block = 0; block < spec.GroupBlocks[group]; block++)
            {
                blocks.Add(new PostActivationBlock(input, spec, group, group > 0 && block == 0 ? 2 : 1, dropout, factory));
                input = spec.BlockConvolutions(group)[^1].Output;
            }

            register_module($"layer{group + 1}", nn.Sequential(blocks.Select((b, i) => ($"{i}", (nn.Module<Tensor, Tensor>)b)).ToList()));
            groups.Add(blocks.DrainToImmutable());
        }

        Groups = groups.DrainToImmutable();
        Classifier = new Classifier(input, classes, factory);
        register_module("fc", Classifier);
    }

    /// <inheritdoc/>
    public override ImageNetResNetSpec Spec { get; }

    internal Convolution Stem { get; }

    internal BatchNormalisation Normalisation { get; }

    internal ImmutableArray<ImmutableArray<PostActivationBlock>> Groups { get; }

    internal override Classifier Classifier { get; }

    /// <summary>The maximum behind the first convolution.</summary>
    internal static Tensor Pool(Tensor activations) => nn.functional.max_pool2d(activations, Window, WindowStride, WindowPadding);

    /// <inheritdoc/>
    internal override Tensor Features(Tensor images) => FeaturesBehind(Pool(Normalisation.call(Stem.call(images))), 0);

    /// <summary>The features from what the first groups gave; with none of them, from what the pool behind the stem gave.</summary>
    internal Tensor FeaturesBehind(Tensor activations, int groups)
    {
        foreach (var block in Groups.Skip(groups).SelectMany(g => g)) activations = block.call(activations);
        return activations.mean(Spatial, type: ScalarType.Float32);
    }
}

namespace WrnCloud.Architecture;

/// <summary>
/// A pre-activation residual network for small images, 32×32 by default (arXiv 1603.05027; arXiv 1605.07146, Table 1):
/// a 3×3 convolution to 16 channels, three groups of N blocks, BN-ReLU, mean over all pixels, linear classifier.
/// A block is x + F(x), F = (BN-ReLU-convolution)+; the first convolution of the second and third group has stride 2.
/// Where a block changes the channels, a 1×1 convolution makes the shortcut and shares the first BN-ReLU with F.
/// </summary>
/// <param name="BlocksPerGroup">N, at least 1: what every convention of counting depth derives from.</param>
public abstract record PreActivationSpec(int BlocksPerGroup) : NetworkSpec(CifarImageSize)
{
    /// <summary>Channels of the first convolution, the same in every experiment of the paper.</summary>
    public const int StemChannels = 16;

    /// <summary>Number of groups.</summary>
    public const int Groups = 3;

    /// <inheritdoc/>
    public override int SizeStep => 1 << (Groups - 1);

    /// <summary>Output channels of each group's blocks.</summary>
    public IReadOnlyList<int> GroupChannels => [.. Enumerable.Range(0, Groups).Select(g => BlockConvolutions(g)[^1].Output)];

    /// <summary>The convolutions of F in a block of the 0-based group.</summary>
    public abstract IReadOnlyList<BlockConvolution> BlockConvolutions(int group);

    /// <inheritdoc/>
    public override IEnumerable<NetworkLayer> Layers(int classes)
    {
        yield return NetworkLayer.Convolution("conv1", 3, StemChannels, 3, 1, ImageSize);
        var channels = StemChannels;
        for (var group = 0; group < Groups; group++)
        {
            var convolutions = BlockConvolutions(group);
            for (var block = 0; block < BlocksPerGroup; block++)
            {
                foreach (var layer in Block($"group{group + 1}.{block}", channels, convolutions, ImageSize >> group, group > 0 && block == 0 ? 2 : 1))
                    yield return layer;
                channels = convolutions[^1].Output;
            }
        }

        yield return NetworkLayer.Normalisation("bn", channels, ImageSize >> (Groups - 1));
        yield return NetworkLayer.Classifier("fc", channels, classes);
    }

    private static IEnumerable<NetworkLayer> Block(string name, int input, IReadOnlyList<BlockConvolution> convolutions, int size, int stride)
    {
        var channels = input;
        for (var i = 0; i < convolutions.Count; i++)
        {
            var (kernel, output) = (convolutions[i].Kernel, convolutions[i].Output);
            var inputSize = i == 0 ? size * stride : size;
            yield return NetworkLayer.Normalisation($"{name}.bn{i + 1}", channels, inputSize);
            if (i > 0) yield return NetworkLayer.Dropout($"{name}.dropout{i + 1}", channels, inputSize);
            yield return NetworkLayer.Convolution($"{name}.conv{i + 1}", channels, output, kernel, i == 0 ? stride : 1, size);
            channels = output;
        }

        if (input != channels) yield return NetworkLayer.Convolution($"{name}.shortcut", input, channels, 1, stride, size, isKept: false);

        // The shortcut is added in place to what the last convolution gave, which is kept already.
        yield return NetworkLayer.Sum($"{name}.sum", channels, size, isKept: false);
    }
}

using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace WrnCloud.Architecture;

/// <summary>
/// The post-activation networks for 224×224 images (arXiv 1605.07146, Tables 7 and 8; arXiv 1512.03385): a 7×7 convolution with stride 2 to 64 channels,
/// never widened, a 3×3 maximum with stride 2, four groups, mean over all pixels, linear classifier. Basic nets (18, 34) have k times the channels in
/// both convolutions of a block, bottleneck nets (50, 101, 152) k times the inner channels only, and their stride in the 3×3 convolution, as torchvision has it.
/// </summary>
/// <param name="Depth">18 or 34; with bottlenecks 50, 101 or 152.</param>
/// <param name="Width">k: 1, 1.5, 2 or 3; with bottlenecks 1 or 2.</param>
/// <param name="IsBottleneck">Bottlenecks 1×1-3×3-1×1 in place of two 3×3 convolutions.</param>
public sealed partial record ImageNetResNetSpec(int Depth, double Width, bool IsBottleneck) : NetworkSpec
{
    /// <summary>Channels of the first convolution.</summary>
    public const int StemChannels = 64;

    /// <summary>Number of groups.</summary>
    public const int Groups = 4;

    private const int Expansion = 4;
    private static readonly DepthRule BasicDepths = new("18 or 34", [18, 34]);
    private static readonly DepthRule BottleneckDepths = new("50, 101 or 152", [50, 101, 152]);
    private static readonly ImmutableArray<double> BasicWidths = [1, 1.5, 2, 3];
    private static readonly ImmutableArray<double> BottleneckWidths = [1, 2];

    /// <inheritdoc/>
    public override int ImageSize => ImageNetImageSize;

    /// <summary><c>WRN-18-1.5-imagenet</c> or <c>WRN-50-2-bottleneck</c>.</summary>
    public override string Name => $"WRN-{Depth}-{Width.ToString(CultureInfo.InvariantCulture)}-{(IsBottleneck ? "bottleneck" : "imagenet")}";

    /// <summary>Blocks in each group.</summary>
    public IReadOnlyList<int> GroupBlocks => Depth switch
    {
        18 => [2, 2, 2, 2],
        34 or 50 => [3, 4, 6, 3],
        101 => [3, 4, 23, 3],
        _ => [3, 8, 36, 3],
    };

    /// <summary>The convolutions of a block of the 0-based group.</summary>
    public IReadOnlyList<BlockConvolution> BlockConvolutions(int group)
    {
        var planes = (int)(Width * (StemChannels << group));
        return IsBottleneck ? [new(1, planes), new(3, planes), new(1, (Expansion * StemChannels) << group)] : [new(3, planes), new(3, planes)];
    }

    /// <summary>The convolution of a block whose stride is the block's: the first 3×3 one.</summary>
    public int StridedConvolution => IsBottleneck ? 1 : 0;

    /// <inheritdoc/>
    public override IEnumerable<NetworkLayer> Layers(int classes)
    {
        yield return NetworkLayer.Convolution("conv1", 3, StemChannels, 7, 2, ImageSize / 2);
        yield return NetworkLayer.Normalisation("bn1", StemChannels, ImageSize / 2);
        yield return new NetworkLayer(LayerKind.MaxPool, "maxpool", StemChannels, StemChannels, 3, 2, ImageSize / 4, IsKept: true);
        var channels = StemChannels;
        for (var group = 0; group < Groups; group++)
        {
            for (var block = 0; block < GroupBlocks[group]; block++)
            {
                foreach (var layer in Block(group, block, channels)) yield return layer;
                channels = BlockConvolutions(group)[^1].Output;
            }
        }

        yield return NetworkLayer.Classifier("fc", channels, classes);
    }

    /// <summary>Null when the name is of another form, the problem untouched, or when something in it is wrong.</summary>
    internal static NetworkSpec? Read(string text, ref string problem)
    {
        var match = NamePattern().Match(text);
        if (!match.Success) return null;
        var bottleneck = match.Groups["kind"].ValueSpan.Equals("bottleneck", StringComparison.OrdinalIgnoreCase);
        var depth = int.Parse(match.Groups["depth"].ValueSpan);
        if ((bottleneck ? BottleneckDepths : BasicDepths).Problem(depth) is { } wrong)
        {
            problem = wrong;
            return null;
        }

        var widths = bottleneck ? BottleneckWidths : BasicWidths;
        var width = match.Groups["width"].Success ? double.Parse(match.Groups["width"].ValueSpan, CultureInfo.InvariantCulture) : 1;
        if (widths.Contains(width)) return new ImageNetResNetSpec(depth, width, bottleneck);
        problem = $"The width is one of {string.Join(", ", widths.Select(w => w.ToString(CultureInfo.InvariantCulture)))}.";
        return null;
    }

    private IEnumerable<NetworkLayer> Block(int group, int block, int input)
    {
        var name = $"layer{group + 1}.{block}";
        var size = ImageSize >> (group + 2);
        var stride = group > 0 && block == 0 ? 2 : 1;
        var convolutions = BlockConvolutions(group);
        var channels = input;
        for (var i = 0; i < convolutions.Count; i++)
        {
            var output = convolutions[i].Output;
            var outputSize = i < StridedConvolution ? size * stride : size;
            yield return NetworkLayer.Convolution($"{name}.conv{i + 1}", channels, output, convolutions[i].Kernel, i == StridedConvolution ? stride : 1, outputSize);
            yield return NetworkLayer.Normalisation($"{name}.bn{i + 1}", output, outputSize, isKept: i < convolutions.Count - 1);
            channels = output;
        }

        if (stride != 1 || input != channels)
        {
            yield return NetworkLayer.Convolution($"{name}.downsample.0", input, channels, 1, stride, size);
            yield return NetworkLayer.Normalisation($"{name}.downsample.1", channels, size, isKept: false);
        }

        yield return NetworkLayer.Sum($"{name}.sum", channels, size, isKept: true);
    }

    [GeneratedRegex(@"\A(WRN-(?<depth>[0-9]{1,4})-(?<width>[0-9]{1,2}(\.[0-9]{1,2})?)-(?<kind>imagenet|bottleneck)|ResNet-(?<depth>[0-9]{1,4})-(?<kind>imagenet))\z", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamePattern();
}

using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace WrnCloud.Architecture;

/// <summary>
/// The post-activation networks for photographs, 224×224 by default (arXiv 1605.07146, Tables 7 and 8; arXiv 1512.03385):
/// a 7×7 convolution with stride 2 to 64 channels, never widened, a 3×3 maximum with stride 2, four groups, mean over all pixels, linear classifier.
/// Nets of basic blocks have k times the channels in both convolutions of a block, bottleneck nets k times the inner channels only,
/// and their stride in the 3×3 convolution, as torchvision has it.
/// </summary>
/// <param name="GroupBlocks">Blocks in each group.</param>
/// <param name="Width">k: 1, 1.5, 2 or 3; with bottlenecks 1 or 2.</param>
/// <param name="IsBottleneck">Bottlenecks 1×1-3×3-1×1 in place of two 3×3 convolutions.</param>
public sealed partial record ImageNetResNetSpec(GroupBlocks GroupBlocks, double Width, bool IsBottleneck) : NetworkSpec(ImageNetImageSize)
{
    /// <summary>Channels of the first convolution.</summary>
    public const int StemChannels = 64;

    /// <summary>Number of groups.</summary>
    public const int Groups = 4;

    private const int Expansion = 4;

    private static readonly ImmutableSortedDictionary<int, GroupBlocks> BasicDepths =
        ImmutableSortedDictionary<int, GroupBlocks>.Empty.Add(18, new(2, 2, 2, 2)).Add(34, new(3, 4, 6, 3));

    private static readonly ImmutableSortedDictionary<int, GroupBlocks> BottleneckDepths =
        ImmutableSortedDictionary<int, GroupBlocks>.Empty.Add(50, new(3, 4, 6, 3)).Add(101, new(3, 4, 23, 3)).Add(152, new(3, 8, 36, 3));

    private static readonly DepthRule BasicRule = new("18 or 34", [.. BasicDepths.Keys]);
    private static readonly DepthRule BottleneckRule = new("50, 101 or 152", [.. BottleneckDepths.Keys]);
    private static readonly ImmutableArray<double> BasicWidths = [1, 1.5, 2, 3];
    private static readonly ImmutableArray<double> BottleneckWidths = [1, 2];

    /// <inheritdoc/>
    public override int SizeStep => 32;

    /// <summary>Layers with weights on the longest way: the first convolution, those of the blocks, the classifier.</summary>
    public int Depth => (GroupBlocks.Total * (IsBottleneck ? 3 : 2)) + 2;

    /// <summary>
    /// <c>ResNet-18</c>, wider <c>WRN-18-1.5-imagenet</c> or <c>WRN-50-2-bottleneck</c>; where the groups have other blocks than the published nets,
    /// <c>ResNet-2-2-2-3</c>.
    /// </summary>
    public override string Name
    {
        get
        {
            if (DepthsOf(IsBottleneck).GetValueOrDefault(Depth) != GroupBlocks) return $"ResNet-{GroupBlocks}{(IsBottleneck ? "-bottleneck" : "")}";
            return Width == 1
                ? $"ResNet-{Depth}"
                : $"WRN-{Depth}-{Width.ToString(CultureInfo.InvariantCulture)}-{(IsBottleneck ? "bottleneck" : "imagenet")}";
        }
    }

    /// <summary>The convolution of a block whose stride is the block's: the first 3×3 one.</summary>
    public int StridedConvolution => IsBottleneck ? 1 : 0;

    /// <summary>The published net of a depth.</summary>
    /// <param name="depth">18 or 34; with bottlenecks 50, 101 or 152.</param>
    /// <param name="width">k.</param>
    public static ImageNetResNetSpec Of(int depth, double width = 1) => BasicDepths.TryGetValue(depth, out var basic)
        ? new ImageNetResNetSpec(basic, width, IsBottleneck: false)
        : new ImageNetResNetSpec(BottleneckDepths[depth], width, IsBottleneck: true);

    /// <summary>The convolutions of a block of the 0-based group.</summary>
    public IReadOnlyList<BlockConvolution> BlockConvolutions(int group)
    {
        var planes = (int)(Width * (StemChannels << group));
        return IsBottleneck ? [new(1, planes), new(3, planes), new(1, (Expansion * StemChannels) << group)] : [new(3, planes), new(3, planes)];
    }

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

    /// <summary>Whether <c>ResNet-depth</c> alone is the name of a net of this family.</summary>
    internal static bool HasPlainName(int depth) => BasicDepths.ContainsKey(depth) || BottleneckDepths.ContainsKey(depth);

    /// <summary>Null when the name is of another form, the problem untouched, or when something in it is wrong.</summary>
    internal static NetworkSpec? Read(string text, ref string problem)
    {
        if (BlocksPattern().Match(text) is { Success: true } blocks) return ReadBlocks(blocks, ref problem);
        if (PlainPattern().Match(text) is { Success: true } plain) return ReadPlain(plain, ref problem);
        var match = WidePattern().Match(text);
        if (!match.Success) return null;
        var bottleneck = match.Groups["kind"].ValueSpan.Equals("bottleneck", StringComparison.OrdinalIgnoreCase);
        var depth = int.Parse(match.Groups["depth"].ValueSpan, CultureInfo.InvariantCulture);
        if ((bottleneck ? BottleneckRule : BasicRule).Problem(depth) is { } wrong)
        {
            problem = wrong;
            return null;
        }

        var widths = bottleneck ? BottleneckWidths : BasicWidths;
        var width = double.Parse(match.Groups["width"].ValueSpan, CultureInfo.InvariantCulture);
        if (widths.Contains(width)) return Of(depth, width);
        problem = $"The width is one of {string.Join(", ", widths.Select(w => w.ToString(CultureInfo.InvariantCulture)))}.";
        return null;
    }

    private static ImageNetResNetSpec? ReadBlocks(Match match, ref string problem)
    {
        int[] counts = [.. match.Groups["blocks"].Captures.Select(c => int.Parse(c.ValueSpan, CultureInfo.InvariantCulture))];
        if (Array.TrueForAll(counts, c => c is >= 1 and <= GroupBlocks.Most))
            return new ImageNetResNetSpec(new GroupBlocks(counts[0], counts[1], counts[2], counts[3]), 1, match.Groups["kind"].Success);
        problem = $"A group has 1 to {GroupBlocks.Most} blocks.";
        return null;
    }

    // ResNet-110 without a suffix is another family's; its own rule has spoken about a depth that is neither's.
    private static ImageNetResNetSpec? ReadPlain(Match match, ref string problem)
    {
        var depth = int.Parse(match.Groups["depth"].ValueSpan, CultureInfo.InvariantCulture);
        if (HasPlainName(depth)) return Of(depth);
        if (match.Groups["kind"].Success)
            problem = new DepthRule("18, 34, 50, 101 or 152", [.. BasicDepths.Keys, .. BottleneckDepths.Keys]).Problem(depth)!;
        return null;
    }

    private static ImmutableSortedDictionary<int, GroupBlocks> DepthsOf(bool bottleneck) => bottleneck ? BottleneckDepths : BasicDepths;

    private IEnumerable<NetworkLayer> Block(int group, int block, int input)
    {
        var name = $"layer{group + 1}.{block}";
        var size = ImageSize >> (group + 2);
        var stride = group > 0 && block == 0 ? 2 : 1;
        var convolutions = BlockConvolutions(group);
        var channels = input;
        for (var i = 0; i < convolutions.Count; i++)
        {
            var (kernel, output) = (convolutions[i].Kernel, convolutions[i].Output);
            var outputSize = i < StridedConvolution ? size * stride : size;
            yield return NetworkLayer.Convolution($"{name}.conv{i + 1}", channels, output, kernel, i == StridedConvolution ? stride : 1, outputSize);
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

    [GeneratedRegex(
        @"\AWRN-(?<depth>[0-9]{1,4})-(?<width>[0-9]{1,2}(\.[0-9]{1,2})?)-(?<kind>imagenet|bottleneck)\z",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex WidePattern();

    [GeneratedRegex(@"\AResNet-(?<depth>[0-9]{1,4})(?<kind>-imagenet)?\z", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PlainPattern();

    [GeneratedRegex(
        @"\AResNet-(?<blocks>[0-9]{1,2})-(?<blocks>[0-9]{1,2})-(?<blocks>[0-9]{1,2})-(?<blocks>[0-9]{1,2})(?<kind>-bottleneck)?\z",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex BlocksPattern();
}

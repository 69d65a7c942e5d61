using System.Text.RegularExpressions;

namespace WrnCloud.Architecture;

/// <summary>
/// The thin pre-activation baselines of arXiv 1605.07146, Table 5 (arXiv 1603.05027): groups of 16, 32 and 64 channels with blocks of two 3×3
/// convolutions, n = 6N + 2 layers, or with bottlenecks 1×1-3×3-1×1 whose last convolution has four times the channels, n = 9N + 2.
/// A block that changes the channels has a 1×1 convolution as its shortcut.
/// </summary>
/// <param name="BlocksPerGroup">N, at least 1.</param>
/// <param name="IsBottleneck">Bottlenecks in place of two 3×3 convolutions.</param>
public sealed partial record PreActivationResNetSpec(int BlocksPerGroup, bool IsBottleneck) : PreActivationSpec(BlocksPerGroup)
{
    /// <summary>Deepest net that a request may name.</summary>
    public const int MaxDepth = 1202;

    private const int Expansion = 4;

    /// <summary>n: 6N + 2, with bottlenecks 9N + 2.</summary>
    public int Depth => (Step(IsBottleneck) * BlocksPerGroup) + 2;

    /// <summary>
    /// <c>ResNet-110</c>, or with bottlenecks <c>ResNet-29-bottleneck</c>.
    /// Many depths fit both kinds of block: a plain name means the basic one, except for 164 and 1001, which mean the paper's bottleneck nets;
    /// their names need nothing appended, and <c>ResNet-164-basic</c> is the other net.
    /// Plain <c>ResNet-50</c> and <c>ResNet-152</c> are everybody's name for an <see cref="ImageNetResNetSpec"/>,
    /// so that here they are <c>-basic</c> too.
    /// </summary>
    public override string Name
    {
        get
        {
            var isPlain = IsBottleneck == IsBottleneckByName(Depth) && !ImageNetResNetSpec.HasPlainName(Depth);
            return $"ResNet-{Depth}{(isPlain ? "" : IsBottleneck ? "-bottleneck" : "-basic")}";
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<BlockConvolution> BlockConvolutions(int group)
    {
        var planes = StemChannels << group;
        return IsBottleneck ? [new(1, planes), new(3, planes), new(1, Expansion * planes)] : [new(3, planes), new(3, planes)];
    }

    /// <summary>Null when the name is of another form, the problem untouched, or when something in it is wrong.</summary>
    internal static NetworkSpec? Read(string text, ref string problem)
    {
        var match = NamePattern().Match(text);
        if (!match.Success) return null;
        var depth = int.Parse(match.Groups["depth"].ValueSpan);
        var kind = match.Groups["kind"];
        if (!kind.Success && ImageNetResNetSpec.HasPlainName(depth)) return null;
        var bottleneck = kind.Success ? kind.Value.Equals("bottleneck", StringComparison.OrdinalIgnoreCase) : IsBottleneckByName(depth);
        if (Rule(bottleneck).Problem(depth) is not { } wrong) return new PreActivationResNetSpec((depth - 2) / Step(bottleneck), bottleneck);
        var other = !kind.Success && Rule(bottleneck: true).Problem(depth) is null;
        problem = other ? $"{wrong} There is ResNet-{depth}-bottleneck." : wrong;
        return null;
    }

    private static bool IsBottleneckByName(int depth) => depth is 164 or 1001;

    private static int Step(bool bottleneck) => bottleneck ? 9 : 6;

    private static DepthRule Rule(bool bottleneck) => DepthRule.Every(Step(bottleneck), 2, MaxDepth);

    [GeneratedRegex(@"\AResNet-(?<depth>[0-9]{1,4})(-(?<kind>basic|bottleneck))?\z", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamePattern();
}

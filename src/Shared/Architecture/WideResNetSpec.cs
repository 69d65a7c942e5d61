using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace WrnCloud.Architecture;

/// <summary>
/// WRN-n-k for small images, 32×32 by default: depth n, widening factor k and block type (arXiv 1605.07146, Table 1).
/// Three groups of N blocks with 16k, 32k and 64k channels.
/// The paper counts depth in two ways, and both derive from N:
/// blocks of l 3×3 convolutions make n = 3lN + 4 (Table 3), every other block type has the nominal n = 6N + 4, whatever it holds (Table 2).
/// The 4 are the first convolution and the three shortcuts.
/// </summary>
/// <param name="BlocksPerGroup">N, at least 1.</param>
/// <param name="Width">k, at least 1.</param>
/// <param name="Block">Kernel sizes of a block.</param>
public sealed partial record WideResNetSpec(int BlocksPerGroup, int Width, BlockType Block) : PreActivationSpec(BlocksPerGroup)
{
    /// <summary>Deepest net that a request may name.</summary>
    public const int MaxDepth = 100;

    /// <summary>Widest net that a request may name.</summary>
    public const int MaxWidth = 20;

    // The first convolution and the three shortcuts.
    private const int DepthOffset = 4;
    private const string Form = "A network is named WRN-depth-width, such as WRN-16-2, or with a block type, such as WRN-40-2-B(3,1) or WRN-40-2-l3.";

    /// <summary>n: 3lN + 4 for blocks of l 3×3 convolutions, nominally 6N + 4 for the other types.</summary>
    public int Depth => (StepOf(Block) * BlocksPerGroup) + DepthOffset;

    /// <summary>
    /// The field's name for the net: <c>WRN-28-10</c>; with the block type appended when it is not B(3,3): <c>WRN-40-2-B(3,1)</c>, or the deepening
    /// factor for blocks of 3×3 convolutions alone: <c>WRN-40-2-l3</c>.
    /// </summary>
    public override string Name
    {
        get
        {
            var deepening = Block.IsPlain ? $"-l{Block.Kernels.Length}" : $"-{Block}";
            return $"WRN-{Depth}-{Width}{(Block.Equals(BlockType.Basic) ? "" : deepening)}";
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<BlockConvolution> BlockConvolutions(int group) =>
        [.. Block.Kernels.Select(k => new BlockConvolution(k, (StemChannels * Width) << group))];

    /// <summary>
    /// Reads a name such as <c>WRN-16-2</c>, <c>WRN-40-2-B(3,1)</c> or <c>WRN-40-2-l3</c>. On failure <paramref name="problem"/> is a sentence that
    /// says what is wrong and, for a wrong depth, which depths are nearest.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out WideResNetSpec? spec, out string problem)
    {
        problem = Form;
        spec = Read(text ?? "", ref problem);
        if (spec is null) return false;
        problem = "";
        return true;
    }

    /// <summary>Null when the name is of another form, the problem untouched, or when something in it is wrong.</summary>
    internal static WideResNetSpec? Read(string text, ref string problem)
    {
        var match = NamePattern().Match(text);
        if (!match.Success) return null;
        if (BlockOf(match) is not { } block)
        {
            problem = $"The block type is one of {string.Join(", ", BlockType.All)}, "
                + $"or l1 to l{BlockType.MaxDeepening} for as many 3×3 convolutions.";
            return null;
        }

        var (depth, width) = (int.Parse(match.Groups["depth"].ValueSpan), int.Parse(match.Groups["width"].ValueSpan));
        if (DepthRule.Every(StepOf(block), DepthOffset, MaxDepth).Problem(depth) is { } wrong)
        {
            problem = wrong;
            return null;
        }

        if (width is >= 1 and <= MaxWidth) return new WideResNetSpec((depth - DepthOffset) / StepOf(block), width, block);
        problem = $"The width is from 1 to {MaxWidth}.";
        return null;
    }

    private static int StepOf(BlockType block) => block.IsPlain ? 3 * block.Kernels.Length : 6;

    private static BlockType? BlockOf(Match match)
    {
        if (match.Groups["block"].Success) return BlockType.TryParse(match.Groups["block"].Value);
        return match.Groups["factor"].Success ? BlockType.TryPlain(match.Groups["factor"].ValueSpan[0] - '0') : BlockType.Basic;
    }

    [GeneratedRegex(
        @"\AWRN-(?<depth>[0-9]{1,4})-(?<width>[0-9]{1,4})(-(?<block>B\([0-9,]{1,9}\))|-l(?<factor>[0-9]))?\z",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex NamePattern();
}

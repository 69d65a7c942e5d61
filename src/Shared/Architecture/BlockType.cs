using System.Collections.Immutable;
using System.Globalization;

namespace WrnCloud.Architecture;

/// <summary>
/// B(M): the kernel sizes of a residual block's convolutions, all planes equal (arXiv 1605.07146, section 2 and Table 2).
/// Two block types are equal when their kernels are.
/// </summary>
public sealed class BlockType : IEquatable<BlockType>
{
    /// <summary>Largest deepening factor of Table 3.</summary>
    public const int MaxDeepening = 4;

    private BlockType(ImmutableArray<int> kernels) => Kernels = kernels;

    /// <summary>B(3,3), the paper's basic block and the default.</summary>
    public static BlockType Basic { get; } = new([3, 3]);

    /// <summary>Every block type of Table 2.</summary>
    public static ImmutableArray<BlockType> All { get; } =
        [Basic, new([3, 1, 3]), new([1, 3, 1]), new([1, 3]), new([3, 1]), new([3, 1, 1])];

    /// <summary>Kernel sizes in order, each 1 or 3.</summary>
    public ImmutableArray<int> Kernels { get; }

    /// <summary>Reads <c>B(3,3)</c>; null when the text names no block type of the paper.</summary>
    public static BlockType? TryParse(string text) => All.FirstOrDefault(t => string.Equals(t.ToString(), text, StringComparison.OrdinalIgnoreCase));

    /// <summary>True for 3×3 convolutions alone: as many as the deepening factor l of Table 3.</summary>
    public bool IsPlain => Kernels.All(k => k == 3);

    /// <summary>l 3×3 convolutions, B(3,3) for 2; null when l is not from 1 to 4.</summary>
    public static BlockType? TryPlain(int deepening) =>
        deepening is >= 1 and <= MaxDeepening ? new BlockType([.. Enumerable.Repeat(3, deepening)]) : null;

    /// <inheritdoc/>
    public bool Equals(BlockType? other) => other is not null && Kernels.SequenceEqual(other.Kernels);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as BlockType);

    /// <inheritdoc/>
    public override int GetHashCode() => Kernels.Aggregate(17, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() => $"B({string.Join(',', Kernels.Select(k => k.ToString(CultureInfo.InvariantCulture)))})";
}

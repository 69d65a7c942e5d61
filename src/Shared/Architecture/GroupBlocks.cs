using System.Globalization;
using System.Runtime.InteropServices;

namespace WrnCloud.Architecture;

/// <summary>Blocks in each of the four groups of an <see cref="ImageNetResNetSpec"/>, such as 2-2-2-2.</summary>
/// <param name="First">Blocks of the first group, at the full size.</param>
/// <param name="Second">Blocks of the second.</param>
/// <param name="Third">Blocks of the third.</param>
/// <param name="Fourth">Blocks of the last.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct GroupBlocks(int First, int Second, int Third, int Fourth)
{
    /// <summary>Most blocks of a group: ResNet-152's third has 36.</summary>
    public const int Most = 50;

    /// <summary>All blocks.</summary>
    public int Total => First + Second + Third + Fourth;

    /// <summary>Blocks of the 0-based group.</summary>
    public int this[int group] => group switch
    {
        0 => First,
        1 => Second,
        2 => Third,
        3 => Fourth,
        _ => throw new ArgumentOutOfRangeException(nameof(group), group, "There are four groups."),
    };

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}-{Second}-{Third}-{Fourth}");
}

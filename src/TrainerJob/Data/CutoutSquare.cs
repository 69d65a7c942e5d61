using System.Runtime.InteropServices;

namespace WrnCloud.TrainerJob.Data;

/// <summary>The part of an image that cutout blanks: rows Top to below Bottom, columns Left to below Right; empty when there is none.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CutoutSquare(int Top, int Bottom, int Left, int Right)
{
    /// <summary>The square of a side around a centre, as far as it lies within an image of S×S.</summary>
    public static CutoutSquare Around(int row, int column, int side, int size) => new(
        Math.Max(0, row - (side / 2)),
        Math.Min(size, row - (side / 2) + side),
        Math.Max(0, column - (side / 2)),
        Math.Min(size, column - (side / 2) + side));

    /// <summary>Sets its pixels to zero in an image of <c>S×S×3</c>.</summary>
    public void Blank(Span<float> image, int size)
    {
        for (var row = Top; row < Bottom; row++) image.Slice(((row * size) + Left) * 3, (Right - Left) * 3).Clear();
    }
}

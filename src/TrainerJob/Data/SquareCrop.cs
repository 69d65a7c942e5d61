using System.Runtime.InteropServices;

namespace WrnCloud.TrainerJob.Data;

/// <summary>A square of an image that becomes a network's input: scaled bilinearly, mirrored where asked for.</summary>
/// <param name="Top">First row.</param>
/// <param name="Left">First column.</param>
/// <param name="Side">Rows and columns, at least 1.</param>
/// <param name="Flip">Left and right change places.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SquareCrop(int Top, int Left, int Side, bool Flip)
{
    private const int MaxSize = 1024;

    /// <summary>The middle of an image of S×S pixels.</summary>
    public static SquareCrop Middle(int imageSize, int side) => new((imageSize - side) / 2, (imageSize - side) / 2, side, false);

    /// <summary>Scales the square and normalises it: y = scale · byte + shift.</summary>
    /// <param name="planes">The image, <c>3×S×S</c>.</param>
    /// <param name="imageSize">S.</param>
    /// <param name="target"><c>T×T×3</c>.</param>
    /// <param name="size">T, at most 1,024.</param>
    /// <param name="scale">A factor for each channel.</param>
    /// <param name="shift">A term for each channel.</param>
    public void Scale(ReadOnlySpan<byte> planes, int imageSize, Span<float> target, int size, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MaxSize);
        Span<int> columns = stackalloc int[size];
        Span<float> shares = stackalloc float[size];
        for (var x = 0; x < size; x++)
        {
            var (first, share) = Source(Flip ? size - 1 - x : x, size);
            (columns[x], shares[x]) = (Left + first, share);
        }

        // The last pixel has no right neighbour; its share is 0 then, and it stands for it.
        var next = Side > 1 ? 1 : 0;
        for (var y = 0; y < size; y++)
        {
            var (first, share) = Source(y, size);
            var line = target.Slice(y * size * 3, size * 3);
            for (var c = 0; c < 3; c++)
            {
                var plane = planes.Slice(c * imageSize * imageSize, imageSize * imageSize);
                var upper = plane.Slice((Top + first) * imageSize, imageSize);
                var lower = plane.Slice((Top + first + next) * imageSize, imageSize);
                var (factor, term) = (scale[c], shift[c]);
                for (int x = 0, t = c; x < columns.Length && t < line.Length; x++, t += 3)
                {
                    var column = columns[x];
                    var above = upper[column] + (shares[x] * (upper[column + next] - upper[column]));
                    var below = lower[column] + (shares[x] * (lower[column + next] - lower[column]));
                    line[t] = ((above + (share * (below - above))) * factor) + term;
                }
            }
        }
    }

    // Pixel centres stand at halves on both sides, as everywhere that corners are not aligned. Both neighbours are inside the square.
    private (int First, float Share) Source(int position, int size)
    {
        var exact = Math.Clamp(((position + 0.5) * Side / size) - 0.5, 0, Side - 1);
        var first = Math.Min((int)exact, Math.Max(0, Side - 2));
        return (first, (float)(exact - first));
    }
}

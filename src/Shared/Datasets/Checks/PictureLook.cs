using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace WrnCloud.Datasets.Checks;

/// <summary>
/// What a picture looks like, small enough to compare all pictures of a set:
/// whether, in 9×8 parts of its middle square, the next in a row is clearly brighter (dHash),
/// and what of 16×16 grey values is left when light that changes along rows and columns is taken off.
/// Pictures that were scaled, recompressed or brightened a little are alike;
/// mirrored or cut ones, and two pieces of one even surface, are not.
/// Pictures without detail are alike only when their files are.
/// </summary>
public sealed class PictureLook
{
    /// <summary>Side in pixels at which pictures are looked at best: a multiple of the parts.</summary>
    public const int PreferredSize = 72;

    private const int Columns = 9;
    private const int Rows = 8;
    private const int Side = 16;
    private const int MostBits = 4;
    private const int PartBits = 13;

    // What compression does to an even area must not turn a comparison round.
    private const int Clearly = 6;

    // Below this deviation, in grey levels, what is left is compression's.
    private const double Even = 2;
    private const double LeastCorrelation = 0.95;

    // Detail is kept in sixteenths of its deviation, so that a look that was stored compares as one that was just taken.
    private const double Steps = 16;
    private const int TextBytes = sizeof(ulong) + (Side * Side);

    private readonly sbyte[] _detail;

    private PictureLook(ulong hash, sbyte[] detail, bool isEven, string sha256) => (Hash, _detail, IsEven, Sha256) = (hash, detail, isEven, sha256);

    /// <summary>64 comparisons, row by row.</summary>
    public ulong Hash { get; }

    /// <summary>Of the picture's file, 64 lower-case hexadecimal digits.</summary>
    public string Sha256 { get; }

    /// <summary>Whether there is no detail that could be compared.</summary>
    public bool IsEven { get; }

    /// <summary>Looks at a square.</summary>
    /// <param name="rgb"><c>S×S×3</c>, interleaved.</param>
    /// <param name="size">S, at least 16.</param>
    /// <param name="sha256">Of the picture's file.</param>
    public static PictureLook Of(ReadOnlySpan<byte> rgb, int size, string sha256)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, Side);
        var parts = Shrink(rgb, size, Columns, Rows);
        var hash = 0UL;
        for (var y = 0; y < Rows; y++)
        {
            for (var x = 0; x < Columns - 1; x++) hash = (hash << 1) | (parts[(y * Columns) + x + 1] - parts[(y * Columns) + x] > Clearly ? 1UL : 0);
        }

        var (detail, isEven) = Detail(Shrink(rgb, size, Side, Side));
        return new PictureLook(hash, detail, isEven, sha256);
    }

    /// <summary>Reads what <see cref="ToText"/> wrote; null for what it did not write.</summary>
    /// <param name="text">Null for a picture without detail.</param>
    /// <param name="sha256">Of the picture's file.</param>
    public static PictureLook? Parse(string? text, string sha256)
    {
        if (text is null) return new PictureLook(0, new sbyte[Side * Side], isEven: true, sha256);
        var bytes = new byte[TextBytes];
        if (!Convert.TryFromBase64String(text, bytes, out var written) || written != TextBytes) return null;
        var detail = MemoryMarshal.Cast<byte, sbyte>(bytes.AsSpan(sizeof(ulong))).ToArray();
        return new PictureLook(BinaryPrimitives.ReadUInt64BigEndian(bytes), detail, isEven: false, sha256);
    }

    /// <summary>All but the file's hash as text, 352 characters; null where there is no detail that could be compared.</summary>
    public string? ToText()
    {
        if (IsEven) return null;
        var bytes = new byte[TextBytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Hash);
        MemoryMarshal.AsBytes<sbyte>(_detail).CopyTo(bytes.AsSpan(sizeof(ulong)));
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Whether two pictures are alike: the same file, or nearly the same comparisons and the same detail.</summary>
    public bool IsLike(PictureLook other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Sha256 == other.Sha256) return true;
        if (IsEven || other.IsEven || BitOperations.PopCount(Hash ^ other.Hash) > MostBits) return false;
        var (product, mine, others) = (0, 0, 0);
        for (var i = 0; i < _detail.Length; i++)
        {
            product += _detail[i] * other._detail[i];
            mine += _detail[i] * _detail[i];
            others += other._detail[i] * other._detail[i];
        }

        return product >= LeastCorrelation * Math.Sqrt((double)mine * others);
    }

    /// <summary>
    /// Keys of which two alike pictures have at least one in common: five parts of the comparisons, of which four bits can't change all.
    /// </summary>
    internal IEnumerable<(int Part, ushort Bits)> Keys() =>
        Enumerable.Range(0, MostBits + 1).Select(part => (part, (ushort)((Hash >> (PartBits * part)) & ((1 << PartBits) - 1))));

    // What light that changes along rows and columns leaves.
    private static (sbyte[] Detail, bool IsEven) Detail(byte[] grey)
    {
        var mean = grey.Average(g => g);
        double[] rows = [.. Enumerable.Range(0, Side).Select(y => Enumerable.Range(0, Side).Average(x => grey[(y * Side) + x]))];
        double[] columns = [.. Enumerable.Range(0, Side).Select(x => Enumerable.Range(0, Side).Average(y => grey[(y * Side) + x]))];
        double[] detail = [.. grey.Select((g, i) => g - rows[i / Side] - columns[i % Side] + mean)];
        var deviation = Math.Sqrt(detail.Average(d => d * d));
        var unit = Math.Max(Even, deviation);
        sbyte[] steps = [.. detail.Select(d => (sbyte)Math.Clamp(Math.Round(d / unit * Steps), sbyte.MinValue, sbyte.MaxValue))];
        return (steps, deviation < Even);
    }

    // The mean grey of each part.
    private static byte[] Shrink(ReadOnlySpan<byte> rgb, int size, int columns, int rows)
    {
        var grey = new byte[columns * rows];
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                var (sum, count) = (0, 0);
                for (var row = y * size / rows; row < (y + 1) * size / rows; row++)
                {
                    for (var column = x * size / columns; column < (x + 1) * size / columns; column++)
                    {
                        var pixel = rgb.Slice(((row * size) + column) * 3, 3);
                        sum += ((299 * pixel[0]) + (587 * pixel[1]) + (114 * pixel[2])) / 1000;
                        count++;
                    }
                }

                grey[(y * columns) + x] = (byte)(sum / count);
            }
        }

        return grey;
    }
}

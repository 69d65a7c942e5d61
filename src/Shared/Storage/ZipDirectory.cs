using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace WrnCloud.Storage;

/// <summary>
/// Reads a zip's central directory (APPNOTE 6.3.10, sections 4.3.12 to 4.3.16) for the fields that .NET's <see cref="ZipArchive"/> does not expose:
/// the bytes of the names, their encoding and each entry's offset.
/// </summary>
public static class ZipDirectory
{
    private const int HeaderBytes = 46;
    private const int EndBytes = 22;
    private const int LocalHeaderBytes = 30;
    private const ushort Encrypted = 1;
    private const ushort Utf8Names = 1 << 11;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding Ibm437 = CodePagesEncodingProvider.Instance.GetEncoding(437)!;

    /// <summary>Lists the entries in the order of <see cref="ZipArchive.Entries"/>.</summary>
    /// <param name="file">Seekable; its position changes. Its entries were counted before, see <see cref="ZipEntries"/>.</param>
    /// <exception cref="InvalidDataException">
    /// The directory can't be read, or entries share bytes: such a zip unpacks to far more than it holds.
    /// </exception>
    public static IReadOnlyList<ZipItem> Read(Stream file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var (start, end) = Locate(file);
        var items = new List<ZipItem>();
        var header = new byte[HeaderBytes];
        var rest = new byte[3 * ushort.MaxValue];
        file.Position = start;
        while (file.Position <= end - HeaderBytes)
        {
            file.ReadExactly(header);
            if (!header.AsSpan().StartsWith("PK\u0001\u0002"u8)) break;
            var (name, extra, comment) = (U16(header, 28), U16(header, 30), U16(header, 32));
            if (file.Position + name + extra + comment > file.Length) throw new InvalidDataException("The zip's directory is cut off.");
            file.ReadExactly(rest.AsSpan(0, name + extra + comment));
            items.Add(Item(header, rest.AsSpan(0, name), rest.AsSpan(name, extra)));
        }

        RequireApart(items, start);
        return items;
    }

    private static ZipItem Item(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra)
    {
        var flags = U16(header, 8);
        long packed = U32(header, 20), unpacked = U32(header, 24), offset = U32(header, 42);

        // Zip64: the fields that do not fit are in the extra field, in this order.
        if (Extra(extra, 0x0001) is { Length: > 0 } large)
        {
            if (unpacked == uint.MaxValue) unpacked = Next(ref large);
            if (packed == uint.MaxValue) packed = Next(ref large);
            if (offset == uint.MaxValue) offset = Next(ref large);
        }

        var (path, isGuessed) = NameOf(name, flags, extra);
        return new ZipItem(path, U16(header, 10), (flags & Encrypted) != 0, U32(header, 16), offset, packed, unpacked) { IsNameGuessed = isGuessed };
    }

    // Info-ZIP's Unicode path first, because it carries a checksum of the bytes that it replaces; then the flag; then UTF-8 without the flag,
    // which macOS writes; else the zip's own code page.
    private static (string? Name, bool IsGuessed) NameOf(ReadOnlySpan<byte> name, ushort flags, ReadOnlySpan<byte> extra)
    {
        var path = Extra(extra, 0x7075);
        if (path.Length > 5 && path[0] == 1 && BinaryPrimitives.ReadUInt32LittleEndian(path[1..]) == Crc32.HashToUInt32(name))
            return (Strict(path[5..]), false);
        if ((flags & Utf8Names) != 0) return (Strict(name), false);
        return Strict(name) is { } utf8 ? (utf8, false) : (Ibm437.GetString(name), true);
    }

    private static string? Strict(ReadOnlySpan<byte> name)
    {
        try
        {
            return Utf8.GetString(name);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static ReadOnlySpan<byte> Extra(ReadOnlySpan<byte> extra, ushort id)
    {
        while (extra.Length >= 4)
        {
            var length = U16(extra, 2);
            if (length > extra.Length - 4) break;
            if (U16(extra, 0) == id) return extra.Slice(4, length);
            extra = extra[(4 + length)..];
        }

        return [];
    }

    private static long Next(ref ReadOnlySpan<byte> fields)
    {
        if (fields.Length < 8) throw new InvalidDataException("A Zip64 field of the zip is cut off.");
        var value = BinaryPrimitives.ReadInt64LittleEndian(fields);
        fields = fields[8..];
        return value;
    }

    // Only a comment of at most 64 KiB follows the end record.
    private static (long Start, long End) Locate(Stream file)
    {
        var tail = new byte[(int)Math.Min(file.Length, EndBytes + ushort.MaxValue)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        var at = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (at < 0 || tail.Length - at < EndBytes) throw new InvalidDataException("The zip has no end record.");
        var end = file.Length - tail.Length + at;
        long start = U32(tail, at + 16);
        if (start != uint.MaxValue && U16(tail, at + 10) != ushort.MaxValue) return start <= end ? (start, end) : throw Outside();

        // Zip64: a locator before the end record gives the offset of the larger one.
        if (at >= 20 && tail.AsSpan(at - 20).StartsWith("PK\u0006\u0007"u8))
        {
            var record = BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(at - 12));
            var large = new byte[56];
            if (record < 0 || record > file.Length - large.Length) throw new InvalidDataException("The zip's Zip64 record is cut off.");
            file.Position = record;
            file.ReadExactly(large);
            if (large.AsSpan().StartsWith("PK\u0006\u0006"u8)) start = BinaryPrimitives.ReadInt64LittleEndian(large.AsSpan(48));
        }

        return start >= 0 && start <= end ? (start, end) : throw Outside();
    }

    private static InvalidDataException Outside() => new("The zip's directory lies outside the file.");

    private static void RequireApart(List<ZipItem> items, long directory)
    {
        var sorted = items.OrderBy(i => i.Offset).ToList();
        for (var i = 0; i < sorted.Count; i++)
        {
            var next = i + 1 < sorted.Count ? sorted[i + 1].Offset : directory;
            if (sorted[i].Offset < 0 || sorted[i].Packed < 0 || sorted[i].Packed > next - sorted[i].Offset - LocalHeaderBytes)
                throw new InvalidDataException("Entries of the zip overlap.");
        }
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}

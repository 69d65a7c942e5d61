namespace WrnCloud.Storage;

/// <summary>Describes files that should have been zips of pictures, by their first bytes and in words for people.</summary>
public static class FileKinds
{
    private const int StartBytes = 512;
    private const int TarMark = 257;

    // A zip's end record and the longest comment behind it.
    private const int EndBytes = 22 + ushort.MaxValue;

    private static readonly (byte[] Start, string Kind)[] Archives =
    [
        ("PK\u0003\u0004"u8.ToArray(), "a zip"),
        ("PK\u0005\u0006"u8.ToArray(), "a zip"),
        ([0x1F, 0x8B], "a gzip file"),
        ([0x37, 0x7A, 0xBC, 0xAF], "a 7z archive"),
        ("Rar!"u8.ToArray(), "a RAR archive"),
        ("BZh"u8.ToArray(), "a bzip2 file"),
        ([0xFD, 0x37, 0x7A, 0x58], "an XZ file"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a Zstandard file"),
    ];

    // With a byte order mark UTF-16 is a text too.
    private static readonly (byte[] Start, string Kind)[] Others =
    [
        ("%PDF"u8.ToArray(), "a PDF"), ("<"u8.ToArray(), "an HTML, XML or SVG file"), ([0xFF, 0xFE], "a text"), ([0xFE, 0xFF], "a text"),
    ];

    /// <summary>The kind of archive, such as "a gzip file"; null for any other file.</summary>
    /// <param name="start">The file, or its first 512 bytes.</param>
    public static string? ArchiveOf(ReadOnlySpan<byte> start) =>
        Find(Archives, start) ?? (start.Length > TarMark && start[TarMark..].StartsWith("ustar"u8) ? "a tar archive" : null);

    /// <summary>A file's kind if it is not a zip, such as "a gzip file; the only supported archive is zip."; null where it begins as a zip.</summary>
    /// <param name="file">Seekable; its position changes.</param>
    /// <param name="name">The file's name, which tells a tar of the oldest form.</param>
    public static string? InsteadOfZip(Stream file, string name)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(name);
        var buffer = new byte[StartBytes];
        file.Position = 0;
        var start = buffer.AsSpan(0, file.ReadAtLeast(buffer, StartBytes, throwOnEndOfStream: false));
        if (start.StartsWith("PK"u8)) return null;
        var kind = start.IsEmpty ? "empty"
            : ArchiveOf(start)
            ?? (name.EndsWith(".tar", StringComparison.OrdinalIgnoreCase) ? "a tar archive" : null)
            ?? (EndsAsZip(file) ? "a zip behind other bytes" : null)
            ?? Find(Others, start)
            ?? (IsText(start) ? "a text" : "not a zip");
        return $"{kind}; the only supported archive is zip.";
    }

    private static string? Find((byte[] Start, string Kind)[] kinds, ReadOnlySpan<byte> start)
    {
        foreach (var (first, kind) in kinds)
        {
            if (start.StartsWith(first)) return kind;
        }

        return null;
    }

    private static bool EndsAsZip(Stream file)
    {
        var tail = new byte[(int)Math.Min(file.Length, EndBytes)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        return tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8) >= 0;
    }

    // Of any encoding that has ASCII's control characters.
    private static bool IsText(ReadOnlySpan<byte> start)
    {
        foreach (var b in start)
        {
            if (b is < (byte)' ' and not (byte)'\t' and not (byte)'\n' and not (byte)'\f' and not (byte)'\r') return false;
        }

        return true;
    }
}

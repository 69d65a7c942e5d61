using System.IO.Compression;
using System.IO.Hashing;

namespace WrnCloud.Storage;

/// <summary>Unpacks entries and verifies their checksum, which .NET's <see cref="ZipArchive"/> leaves to its callers.</summary>
public static class ZipEntryReader
{
    // Deflate expands a byte to at most this many: a header that states more gets no memory for it.
    private const long MostInflated = 1032;

    private const int Stored = 0, Deflated = 8, Deflate64 = 9;

    /// <summary>Unpacks an entry into memory.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="item">The same entry in the directory.</param>
    /// <param name="max">Most bytes to unpack, whatever the headers say.</param>
    /// <param name="bytes">Its bytes; when longer than <paramref name="max"/>, one byte more than that.</param>
    /// <returns>Null when the bytes are intact, else a message with the entry's problem.</returns>
    public static string? Read(ZipArchiveEntry entry, ZipItem item, int max, out byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(entry);
        bytes = [];
        if (item.IsEncrypted) return "The entry is encrypted.";
        if (item.Method is not (Stored or Deflated or Deflate64))
            return $"The entry is compressed by {Method(item.Method)}, which is not supported. Pack it by deflate, or store it.";
        try
        {
            using var content = entry.Open();
            using var memory = new MemoryStream((int)Math.Min(Math.Min(item.Unpacked, max), (item.Packed + 1) * MostInflated));
            var buffer = new byte[1 << 16];
            while (content.Read(buffer, 0, (int)Math.Min(buffer.Length, max + 1 - memory.Length)) is > 0 and var read) memory.Write(buffer, 0, read);

            // Most entries have their stated length: then nothing is copied.
            bytes = memory.Length == memory.Capacity ? memory.GetBuffer() : memory.ToArray();
            return bytes.Length > max || Crc32.HashToUInt32(bytes) == item.Crc32
                ? null
                : "The entry is damaged: its bytes differ from their checksum (CRC-32).";
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or IOException)
        {
            return "The entry is damaged.";
        }
    }

    private static string Method(int method) => method switch
    {
        1 => "shrinking (method 1)",
        12 => "bzip2 (method 12)",
        14 => "LZMA (method 14)",
        93 => "Zstandard (method 93)",
        95 => "XZ (method 95)",
        _ => $"method {method}",
    };
}

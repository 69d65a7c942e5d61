using System.Buffers.Binary;

namespace WrnCloud.Images;

/// <summary>Which way up a picture is, from EXIF data (CIPA DC-008, section 4.6.4, tag 274).</summary>
internal static class ExifOrientation
{
    /// <summary>As stored: the first row is the top, the first column the left.</summary>
    public const int Upright = 1;

    private const ushort Tag = 0x0112;
    private const ushort Short = 3;
    private const int EntryBytes = 12;

    /// <summary>The orientation, 1 to 8, that a TIFF header and its first directory state; 1 where they state none that is valid.</summary>
    public static int Read(ReadOnlySpan<byte> exif)
    {
        if (exif.Length < 8) return Upright;
        var little = exif.StartsWith("II*\0"u8);
        if (!little && !exif.StartsWith("MM\0*"u8)) return Upright;
        var directory = little ? BinaryPrimitives.ReadUInt32LittleEndian(exif[4..]) : BinaryPrimitives.ReadUInt32BigEndian(exif[4..]);
        if (directory > exif.Length - 2) return Upright;
        var entries = exif[(int)directory..];
        var count = U16(entries, 0, little);
        for (var at = 2; count > 0 && entries.Length - at >= EntryBytes; count--, at += EntryBytes)
        {
            if (U16(entries, at, little) != Tag) continue;
            var value = U16(entries, at + 2, little) == Short ? U16(entries, at + 8, little) : 0;
            return value is >= 1 and <= 8 ? value : Upright;
        }

        return Upright;
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int at, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]) : BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
}

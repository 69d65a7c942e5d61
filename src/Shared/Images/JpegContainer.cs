using System.Buffers.Binary;
using WrnCloud.Errors;

namespace WrnCloud.Images;

/// <summary>The markers of a JPEG (ITU-T T.81, annex B), walked to its end without decoding.</summary>
internal static class JpegContainer
{
    // A progressive encoder writes about ten scans. Each scan visits every block again, so that a small file of many scans could keep a core busy.
    private const int MaxScans = 40;

    /// <summary>Refuses a JPEG that is cut off, of a coding process that is not in common use, or of too many scans.</summary>
    public static void Check(ReadOnlySpan<byte> file)
    {
        var at = 2;
        var scans = 0;
        while (true)
        {
            // The next marker: FF and a byte that is neither stuffing (00), nor fill (FF), nor a restart (D0 to D7).
            var skip = file[at..].IndexOf((byte)0xFF);
            if (skip < 0 || at + skip + 1 >= file.Length) throw EncodedImage.Truncated("JPEG");
            at += skip + 1;
            var marker = file[at];
            if (marker == 0xFF) continue;
            at++;
            if (marker is 0x00 or 0x01 or (>= 0xD0 and <= 0xD8)) continue;
            if (marker == 0xD9) return;

            if (file.Length - at < 2) throw EncodedImage.Truncated("JPEG");
            var length = BinaryPrimitives.ReadUInt16BigEndian(file[at..]);
            if (length < 2 || length > file.Length - at) throw EncodedImage.Truncated("JPEG");

            if (marker is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC && (marker > 0xC2 || (length > 2 && file[at + 2] != 8)))
                throw new ImageException(
                    ErrorCatalogue.FormatUnsupported, "The JPEG is not baseline or progressive with 8 bits a sample; other kinds are not read.");
            if (marker == 0xDA && ++scans > MaxScans)
                throw new ImageException(ErrorCatalogue.ImageTooLarge, $"The JPEG has more than {MaxScans} scans.");

            at += length;
        }
    }
}

using System.Buffers.Binary;
using WrnCloud.Errors;

namespace WrnCloud.Images;

/// <summary>The markers of a JPEG (ITU-T T.81, annex B), walked to its end without decoding.</summary>
internal static class JpegContainer
{
    // A progressive encoder writes about ten scans. Each scan visits every block again, so that a small file of many scans could keep a core busy.
    private const int MaxScans = 40;

    // A picture in several scans is kept as coefficients, two bytes a sample at its full size, however small it is decoded:
    // 100 megapixels with colours at half the resolution in both directions (4:2:0), as cameras and most programs write them.
    private const long MaxCoefficientBytes = 320L << 20;

    /// <summary>
    /// Refuses a JPEG that is cut off, of a coding process that is not in common use, of too many scans, or too large for its several scans.
    /// </summary>
    public static void Check(ReadOnlySpan<byte> file)
    {
        var at = 2;
        var scans = 0;
        Frame? frame = null;
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
            {
                throw new ImageException(
                    ErrorCatalogue.FormatUnsupported, "The JPEG is not baseline or progressive with 8 bits a sample; other kinds are not read.");
            }

            if (marker is 0xC0 or 0xC1 or 0xC2) frame = Frame.Of(file.Slice(at, length), isProgressive: marker == 0xC2);
            if (marker == 0xDA && ++scans > MaxScans)
                throw new ImageException(ErrorCatalogue.ImageTooLarge, $"The JPEG has more than {MaxScans} scans.");
            if (marker == 0xDA && length > 2 && frame is { CoefficientBytes: > MaxCoefficientBytes } large
                && (large.IsProgressive || file[at + 2] < large.Components))
            {
                throw new ImageException(
                    ErrorCatalogue.ImageTooLarge,
                    $"The JPEG is in several scans (progressive), which take {large.CoefficientBytes >> 20} MiB to decode; "
                    + $"at most {MaxCoefficientBytes >> 20} MiB are taken. Save it as a baseline JPEG, or smaller.");
            }

            at += length;
        }
    }

    /// <summary>What a frame header (SOF) says.</summary>
    /// <param name="IsProgressive">True for a progressive frame.</param>
    /// <param name="Components">Number of colour components.</param>
    /// <param name="CoefficientBytes">Bytes of all coefficients.</param>
    private sealed record Frame(bool IsProgressive, int Components, long CoefficientBytes)
    {
        private const int HeaderBytes = 8;
        private const int ComponentBytes = 3;

        /// <summary>Reads a header, its length first; null where it is too short, which the decoder refuses.</summary>
        public static Frame? Of(ReadOnlySpan<byte> header, bool isProgressive)
        {
            if (header.Length < HeaderBytes || header.Length < HeaderBytes + (header[7] * ComponentBytes)) return null;
            var pixels = (long)BinaryPrimitives.ReadUInt16BigEndian(header[3..]) * BinaryPrimitives.ReadUInt16BigEndian(header[5..]);
            var (samples, across, down) = (0, 1, 1);
            for (var at = HeaderBytes + 1; at < HeaderBytes + (header[7] * ComponentBytes); at += ComponentBytes)
            {
                var (horizontal, vertical) = (header[at] >> 4, header[at] & 15);
                samples += horizontal * vertical;
                (across, down) = (Math.Max(across, horizontal), Math.Max(down, vertical));
            }

            return new Frame(isProgressive, header[7], pixels * samples * sizeof(short) / (across * down));
        }
    }
}

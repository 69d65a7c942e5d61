using WrnCloud.Errors;

namespace WrnCloud.Images;

/// <summary>The markers of a JPEG, walked to its end without decoding.</summary>
internal static class JpegContainer
{
    // A progressive encoder writes about ten scans. Each scan visits every block again, so that a small file of many scans could keep a core busy.
    private const int MaxScans = 40;

    // It is decoded several times.
    private const int MaxScansWithoutEnd = MaxScans / 2;

    // A picture in several scans is kept as coefficients, two bytes a sample at its full size, however small it is decoded:
    // 100 megapixels with colours at half the resolution in both directions (4:2:0), as cameras and most programs write them.
    private const long MaxCoefficientBytes = 320L << 20;

    /// <summary>
    /// Refuses a JPEG that is cut off before its last scan, of a coding process that is not in common use, of too many scans,
    /// or too large for its several scans.
    /// </summary>
    /// <returns>Whether it has its end mark. Without one its last scan may be cut off: see <see cref="UnendedJpeg"/>.</returns>
    public static bool HasEnd(ReadOnlySpan<byte> file)
    {
        var markers = new JpegMarkers(file);
        var scans = 0;
        var isScan = false;
        JpegFrame? frame = null;
        while (markers.Next())
        {
            if (markers.Marker == JpegMarkers.EndOfImage) return true;
            if (markers.IsRestart) continue;
            if (markers.IsFrame) frame = OfCommonProcess(markers.Marker, markers.Segment);
            isScan = markers.Marker == JpegMarkers.StartOfScan;
            if (!isScan) continue;
            if (++scans > MaxScans) throw TooMany(MaxScans);
            if (frame is { CoefficientBytes: > MaxCoefficientBytes } large && markers.Segment.Length > 0
                && (large.IsProgressive || markers.Segment[0] < large.Components.Count))
            {
                throw new ImageException(
                    ErrorCatalogue.ImageTooLarge,
                    $"The JPEG is in several scans (progressive), which take {large.CoefficientBytes >> 20} MiB to decode; "
                    + $"at most {MaxCoefficientBytes >> 20} MiB are taken. Save it as a baseline JPEG, or smaller.");
            }
        }

        if (!isScan) throw EncodedImage.Truncated("JPEG");
        return scans > MaxScansWithoutEnd ? throw TooMany(MaxScansWithoutEnd) : false;
    }

    private static ImageException TooMany(int scans) => new(ErrorCatalogue.ImageTooLarge, $"The JPEG has more than {scans} scans.");

    private static JpegFrame? OfCommonProcess(byte marker, ReadOnlySpan<byte> segment) =>
        marker <= 0xC2 && (segment.IsEmpty || segment[0] == 8)
            ? JpegFrame.Of(marker, segment)
            : throw new ImageException(
                ErrorCatalogue.FormatUnsupported, "The JPEG is not baseline or progressive with 8 bits a sample; other kinds are not read.");
}

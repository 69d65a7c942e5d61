using System.IO.Hashing;
using SkiaSharp;

namespace WrnCloud.Images;

/// <summary>
/// A JPEG without its end mark. A decoder that is given the mark makes up whatever is missing before it, so that its answer alone does not tell
/// a picture that lacks no more than the mark from half a picture.
/// </summary>
internal static class UnendedJpeg
{
    private const int FillerBytes = 64;
    private const int RowsAtOnce = 16;

    // Neither zeros, which a decoder makes up, nor FF, which begins a marker; two, as one may be no code in a file's tables.
    private static ReadOnlySpan<byte> Fillers => [0xA5, 0x5A];

    private static ReadOnlySpan<byte> End => [0xFF, JpegMarkers.EndOfImage];

    /// <summary>The same JPEG with its end mark, less what a half download or half a mark leaves behind the last scan.</summary>
    /// <param name="file">A JPEG that ends in a scan.</param>
    public static byte[] WithEnd(ReadOnlySpan<byte> file)
    {
        var data = file.TrimEnd((byte)0xFF);

        // Space that was reserved and never written, which would be read as blocks like the last one. A single zero may be the scan's own.
        var written = data.TrimEnd((byte)0);
        if (data.Length - written.Length > 1) data = written.EndsWith((byte)0xFF) ? data[..(written.Length + 1)] : written;
        return [.. data, .. End];
    }

    /// <summary>
    /// Refuses it where more than its end mark is missing. A scan that is complete ends before whatever follows it;
    /// one that is not takes up what follows, so that its pixels depend on it.
    /// </summary>
    /// <param name="withEnd">What <see cref="WithEnd"/> made; its size was judged.</param>
    /// <exception cref="ImageException">The file was cut off earlier.</exception>
    public static void RequireWhole(ReadOnlyMemory<byte> withEnd)
    {
        var data = withEnd[..^End.Length].Span;
        if (!JpegScans.AreAllThere(data)) throw EncodedImage.Truncated("JPEG");
        var filled = new byte[data.Length + FillerBytes + End.Length];
        data.CopyTo(filled);
        End.CopyTo(filled.AsSpan(data.Length + FillerBytes));
        var pixels = HashPixels(withEnd);
        foreach (var filler in Fillers)
        {
            filled.AsSpan(data.Length, FillerBytes).Fill(filler);
            if (HashPixels(filled) != pixels) throw EncodedImage.Truncated("JPEG");
        }
    }

    // Every pixel at its full size, as at a fraction of it a part of the last blocks is not looked at; few rows are in memory at a time.
    private static UInt128 HashPixels(ReadOnlyMemory<byte> jpeg)
    {
        using var opened = OpenedImage.Of(jpeg, new ImageLimits(int.MaxValue, int.MaxValue));
        var info = new SKImageInfo(opened.Codec.Info.Width, opened.Codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul);
        if (opened.Codec.StartScanlineDecode(info) != SKCodecResult.Success) throw EncodedImage.Truncated("JPEG");
        using var rows = new SKBitmap(info.WithSize(info.Width, RowsAtOnce));
        var hash = new XxHash128();
        for (var row = 0; row < info.Height; row += RowsAtOnce)
        {
            var count = Math.Min(RowsAtOnce, info.Height - row);
            if (opened.Codec.GetScanlines(rows.GetPixels(), count, rows.RowBytes) != count) throw EncodedImage.Truncated("JPEG");
            hash.Append(rows.GetPixelSpan()[..(count * rows.RowBytes)]);
        }

        return hash.GetCurrentHashAsUInt128();
    }
}

using SkiaSharp;

namespace WrnCloud.Shared.Tests.Images;

/// <summary>Writes JPEGs marker by marker, so that tests can write the ones no encoder would.</summary>
internal static class JpegFile
{
    private static readonly byte[] Start = [0xFF, 0xD8];
    private static readonly byte[] End = [0xFF, 0xD9];

    // One table for DC and one for AC, each with the single code "0" for the symbol 0: no difference, end of block. So every coefficient is 0.
    private static readonly byte[] Tables =
    [
        .. Segment(0xDB, [0, .. Enumerable.Repeat((byte)1, 64)]),
        .. Segment(0xC4, [0x00, 1, .. new byte[15], 0]),
        .. Segment(0xC4, [0x10, 1, .. new byte[15], 0]),
    ];

    /// <summary>8×8 pixels of four components, all at half: CMYK without Adobe's marker.</summary>
    public static byte[] Cmyk() =>
    [
        .. Start, .. Tables, .. Frame(0xC0, 8, 8, 8, 4), .. Segment(0xDA, [4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0]), 0x00, .. End,
    ];

    /// <summary>A gray picture of any size, all at half: two bits a block, so that a large one is small.</summary>
    public static byte[] Gray(int width, int height)
    {
        var blocks = ((width + 7) / 8) * ((height + 7L) / 8);
        return
        [
            .. Start,
            .. Tables,
            .. Frame(0xC0, 8, width, height, 1),
            .. Segment(0xDA, [1, 1, 0, 0, 63, 0]),
            .. new byte[(blocks + 3) / 4],
            .. End,
        ];
    }

    /// <summary>A gray picture of one process and precision, without any scan's data.</summary>
    public static byte[] OfProcess(byte startOfFrame, byte precision) =>
        [.. Start, .. Tables, .. Frame(startOfFrame, precision, 8, 8, 1), .. Segment(0xDA, [1, 1, 0, 0, 63, 0]), 0x00, .. End];

    /// <summary>A progressive picture that claims many scans, each of a few bytes and of the first component.</summary>
    public static byte[] Progressive(int width, int height, int scans, int components = 1)
    {
        byte[] direct = [.. Segment(0xDA, [1, 1, 0, 0, 0, 0]), 0x00, 0x00];
        byte[] refined = [.. Segment(0xDA, [1, 1, 0, 1, 63, 0]), 0x00, 0x00];
        return
        [
            .. Start,
            .. Tables,
            .. Frame(0xC2, 8, width, height, components),
            .. direct,
            .. Enumerable.Repeat(refined, scans - 1).SelectMany(s => s),
            .. End,
        ];
    }

    /// <summary>A baseline colour picture with a scan for each component, without any scan's data.</summary>
    public static byte[] ScanByScan(int width, int height) =>
        [.. Start, .. Tables, .. Frame(0xC0, 8, width, height, 3), .. Segment(0xDA, [1, 1, 0, 0, 63, 0]), 0x00, .. End];

    /// <summary>The picture with an EXIF orientation, 1 to 8.</summary>
    public static byte[] Oriented(SKBitmap picture, byte orientation)
    {
        using var data = picture.Encode(SKEncodedImageFormat.Jpeg, 100);
        byte[] exif =
        [
            .. "Exif\0\0"u8, .. "II*\0"u8, 8, 0, 0, 0, 1, 0,
            0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0,
            0, 0, 0, 0,
        ];
        return [.. Start, .. Segment(0xE1, exif), .. data.ToArray().AsSpan(2)];
    }

    private static byte[] Frame(byte marker, byte precision, int width, int height, int components)
    {
        byte[] sizes = [precision, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, (byte)components];
        return Segment(marker, [.. sizes, .. Enumerable.Range(1, components).SelectMany(c => new byte[] { (byte)c, 0x11, 0 })]);
    }

    /// <summary>A marker with what belongs to it.</summary>
    public static byte[] Segment(byte marker, byte[] body) => [0xFF, marker, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2), .. body];
}

namespace WrnCloud.Images;

/// <summary>
/// Converts between the two orders of an image's bytes:
/// planes (<c>3×H×W</c>, data sets) and interleaved (<c>H×W×3</c>, decoders and the network's input).
/// </summary>
public static class ImagePlanes
{
    /// <summary><c>3×H×W</c> to <c>H×W×3</c>.</summary>
    /// <param name="planes">Red plane, green plane, blue plane, of equal length.</param>
    public static byte[] Interleave(ReadOnlySpan<byte> planes)
    {
        var plane = PlaneLength(planes);
        var rgb = new byte[planes.Length];
        for (var i = 0; i < rgb.Length; i++) rgb[i] = planes[(i % 3 * plane) + (i / 3)];
        return rgb;
    }

    /// <summary><c>H×W×3</c> to <c>3×H×W</c>.</summary>
    /// <param name="rgb">Red, green and blue of each pixel.</param>
    public static byte[] Separate(ReadOnlySpan<byte> rgb)
    {
        var plane = PlaneLength(rgb);
        var planes = new byte[rgb.Length];
        for (var i = 0; i < planes.Length; i++) planes[(i % 3 * plane) + (i / 3)] = rgb[i];
        return planes;
    }

    private static int PlaneLength(ReadOnlySpan<byte> bytes) =>
        bytes.Length % 3 == 0 ? bytes.Length / 3 : throw new ArgumentException("The bytes of an image are three times its pixels.", nameof(bytes));
}

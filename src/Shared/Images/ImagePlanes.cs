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
        var rgb = new byte[planes.Length];
        Interleave(planes, rgb);
        return rgb;
    }

    /// <summary><c>3×H×W</c> to <c>H×W×3</c>, into memory that is there.</summary>
    /// <param name="planes">Red plane, green plane, blue plane, of equal length.</param>
    /// <param name="rgb">As long as all planes.</param>
    public static void Interleave(ReadOnlySpan<byte> planes, Span<byte> rgb)
    {
        var plane = PlaneLength(planes);
        ReadOnlySpan<byte> red = planes[..plane], green = planes.Slice(plane, plane), blue = planes.Slice(2 * plane, plane);
        for (int i = 0, target = 0; i < red.Length; i++, target += 3)
            (rgb[target], rgb[target + 1], rgb[target + 2]) = (red[i], green[i], blue[i]);
    }

    /// <summary><c>H×W×3</c> to <c>3×H×W</c>.</summary>
    /// <param name="rgb">Red, green and blue of each pixel.</param>
    public static byte[] Separate(ReadOnlySpan<byte> rgb)
    {
        var plane = PlaneLength(rgb);
        var planes = new byte[rgb.Length];
        Span<byte> red = planes.AsSpan(0, plane), green = planes.AsSpan(plane, plane), blue = planes.AsSpan(2 * plane, plane);
        for (int i = 0, source = 0; i < red.Length; i++, source += 3)
            (red[i], green[i], blue[i]) = (rgb[source], rgb[source + 1], rgb[source + 2]);
        return planes;
    }

    private static int PlaneLength(ReadOnlySpan<byte> bytes) =>
        bytes.Length % 3 == 0 ? bytes.Length / 3 : throw new ArgumentException("The bytes of an image are three times its pixels.", nameof(bytes));
}

namespace WrnCloud.Datasets;

/// <summary>The outlines of <see cref="Shapes10"/>, each within the unit circle around the origin.</summary>
internal static class ShapeOutlines
{
    private static readonly double[] Triangle = [0, 1, -0.8660254037844386, -0.5, 0.8660254037844386, -0.5];

    // Ten points, outer radius 1 and inner radius 0.42 in turn, 36 degrees apart.
    private static readonly double[] Star =
    [
        0, 1, -0.24686980596284, 0.33978713763748, -0.95105651629515, 0.30901699437495, -0.39944373684396, -0.12978713763748,
        -0.58778525229247, -0.80901699437495, 0, -0.42, 0.58778525229247, -0.80901699437495, 0.39944373684396, -0.12978713763748,
        0.95105651629515, 0.30901699437495, 0.24686980596284, 0.33978713763748,
    ];

    private static readonly double[] Arrow = [0, 1, -0.72, 0.16, -0.25, 0.16, -0.25, -0.95, 0.25, -0.95, 0.25, 0.16, 0.72, 0.16];

    private static readonly double[] HeartBody = [0, -0.98, 0.8646, 0.0604, 0.48, 0.38, 0, 0.52, -0.48, 0.38, -0.8646, 0.0604];

    /// <summary>True when the point lies within the outline of the class with this index in <see cref="Shapes10.Classes"/>.</summary>
    public static bool Contains(int shape, double x, double y) => shape switch
    {
        0 => Square(x) + Square(y) <= Square(0.92),
        1 => Square(x) + Square(y) is <= 0.9025 and >= 0.2704,
        2 => InPolygon(Triangle, x, y),
        3 => Math.Abs(x) <= 0.72 && Math.Abs(y) <= 0.72,
        4 => InPolygon(Star, x, y),
        5 => (Math.Abs(x) <= 0.27 && Math.Abs(y) <= 0.95) || (Math.Abs(y) <= 0.27 && Math.Abs(x) <= 0.95),
        6 => InHeart(x * 1.12, y * 1.12),
        7 => Square(x) + Square(y) <= Square(0.95) && Square(x - 0.48) + Square(y) > Square(0.76),
        8 => InPolygon(Arrow, x, y),
        9 => Math.Abs(y) <= 0.82 && Math.Abs(x) <= (0.68 * Math.Abs(y)) + 0.05,
        _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "There are ten outlines."),
    };

    private static double Square(double value) => value * value;

    // Two round lobes over a point; the polygon's upper sides run through the lobes, its lower ones touch them.
    private static bool InHeart(double x, double y) =>
        Square(Math.Abs(x) - 0.48) + Square(y - 0.38) <= 0.25 || InPolygon(HeartBody, x, y);

    // Even-odd rule.
    private static bool InPolygon(double[] points, double x, double y)
    {
        var inside = false;
        var (px, py) = (points[^2], points[^1]);
        for (var i = 0; i < points.Length; i += 2)
        {
            var (qx, qy) = (points[i], points[i + 1]);
            if ((qy > y) != (py > y) && x < ((px - qx) * (y - qy) / (py - qy)) + qx) inside = !inside;
            (px, py) = (qx, qy);
        }

        return inside;
    }
}

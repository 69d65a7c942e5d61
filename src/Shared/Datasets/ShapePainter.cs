using System.Runtime.InteropServices;

namespace WrnCloud.Datasets;

/// <summary>Paints one image of <see cref="Shapes10"/>: background, clutter, shape, noise.</summary>
internal static class ShapePainter
{
    private const int Side = 32;
    private const int SubSamples = 4;
    private const double MinContrast = 0.55;
    private const double MinRadius = 9.5;
    private const double MaxRadius = 13.5;
    private const double MaxNoise = 12;

    /// <summary>Paints the shape with this index into an image of three planes.</summary>
    public static void Paint(int shape, Xoshiro256 random, Span<byte> image)
    {
        Span<double> canvas = stackalloc double[3 * Side * Side];
        var back = RandomColour(random);
        var fade = Shifted(back, 0.22, random);
        Colour ink;
        do ink = RandomColour(random);
        while (Distance(ink, back) < MinContrast || Distance(ink, fade) < MinContrast);

        FillGradient(canvas, back, fade, random.Direction());
        for (var i = 2 + random.Below(5); i > 0; i--) DrawClutter(canvas, Shifted(back, 0.25, random), random);
        DrawShape(canvas, shape, ink, Shifted(ink, 0.12, random), random);
        Develop(canvas, random.Between(3, MaxNoise), random, image);
    }

    private static void FillGradient(Span<double> canvas, Colour from, Colour to, (double X, double Y) direction)
    {
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var along = (((x - 15.5) * direction.X) + ((y - 15.5) * direction.Y)) / 44;
                Set(canvas, x, y, Mix(from, to, along + 0.5));
            }
        }
    }

    // A stroke; one of no length is a dot. Coverage falls off over one pixel at its edge.
    private static void DrawClutter(Span<double> canvas, Colour colour, Xoshiro256 random)
    {
        var stroke = random.Below(3) != 0;
        var (ax, ay) = (random.Between(0, Side), random.Between(0, Side));
        var length = stroke ? random.Between(6, 20) : 0;
        var width = stroke ? random.Between(0.4, 1) : random.Between(0.8, 2.2);
        var (dx, dy) = random.Direction();
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var (px, py) = (x + 0.5 - ax, y + 0.5 - ay);
                var along = Math.Clamp((px * dx) + (py * dy), 0, length);
                var (ex, ey) = (px - (along * dx), py - (along * dy));
                var coverage = Math.Clamp(width + 0.5 - Math.Sqrt((ex * ex) + (ey * ey)), 0, 1);
                if (coverage > 0) Set(canvas, x, y, Mix(Get(canvas, x, y), colour, coverage));
            }
        }
    }

    private static void DrawShape(Span<double> canvas, int shape, Colour from, Colour to, Xoshiro256 random)
    {
        var radius = random.Between(MinRadius, MaxRadius);
        var (cx, cy) = (random.Between(radius, Side - radius), random.Between(radius, Side - radius));
        var (cos, sin) = random.Direction();
        for (var y = (int)(cy - radius); y < Math.Min(Side, cy + radius); y++)
        {
            for (var x = (int)(cx - radius); x < Math.Min(Side, cx + radius); x++)
            {
                var inside = 0;
                for (var sample = 0; sample < SubSamples * SubSamples; sample++)
                {
                    var px = (x + (((sample % SubSamples) + 0.5) / SubSamples) - cx) / radius;
                    var py = (y + (((sample / SubSamples) + 0.5) / SubSamples) - cy) / radius;
                    if (ShapeOutlines.Contains(shape, (px * cos) + (py * sin), (py * cos) - (px * sin))) inside++;
                }

                if (inside == 0) continue;
                var ink = Mix(from, to, (y + 0.5 - (cy - radius)) / (2 * radius));
                Set(canvas, x, y, Mix(Get(canvas, x, y), ink, inside / (double)(SubSamples * SubSamples)));
            }
        }
    }

    // Noise is the sum of four uniform numbers, close enough to a normal distribution; its standard deviation is given in steps of 1/255.
    private static void Develop(ReadOnlySpan<double> canvas, double deviation, Xoshiro256 random, Span<byte> image)
    {
        var scale = deviation / (65536 * Math.Sqrt(4 / 12.0));
        for (var i = 0; i < canvas.Length; i++)
        {
            var bits = random.Next();
            var sum = (long)(bits & 0xFFFF) + (long)((bits >> 16) & 0xFFFF) + (long)((bits >> 32) & 0xFFFF) + (long)(bits >> 48);
            image[i] = (byte)Math.Clamp(Math.Floor((canvas[i] * 255) + ((sum - 131070) * scale) + 0.5), 0, 255);
        }
    }

    private static Colour RandomColour(Xoshiro256 random)
    {
        var hue = random.Between(0, 6);
        var saturation = random.Between(0.25, 1);
        var value = random.Between(0.2, 1);
        return new Colour(Channel(hue, 5), Channel(hue, 3), Channel(hue, 1));

        // The usual conversion from hue, saturation, value: each channel is a trapezium over the hue.
        double Channel(double at, int offset)
        {
            var k = at + offset;
            if (k >= 6) k -= 6;
            return value * (1 - (saturation * Math.Clamp(Math.Min(k, 4 - k), 0, 1)));
        }
    }

    private static Colour Shifted(Colour colour, double by, Xoshiro256 random) => new(
        Math.Clamp(colour.Red + random.Between(-by, by), 0, 1),
        Math.Clamp(colour.Green + random.Between(-by, by), 0, 1),
        Math.Clamp(colour.Blue + random.Between(-by, by), 0, 1));

    private static Colour Mix(Colour from, Colour to, double share) => new(
        from.Red + ((to.Red - from.Red) * share),
        from.Green + ((to.Green - from.Green) * share),
        from.Blue + ((to.Blue - from.Blue) * share));

    private static double Distance(Colour a, Colour b)
    {
        var (r, g, blue) = (a.Red - b.Red, a.Green - b.Green, a.Blue - b.Blue);
        return Math.Sqrt((r * r) + (g * g) + (blue * blue));
    }

    private static Colour Get(ReadOnlySpan<double> canvas, int x, int y)
    {
        var at = (y * Side) + x;
        return new Colour(canvas[at], canvas[at + (Side * Side)], canvas[at + (2 * Side * Side)]);
    }

    private static void Set(Span<double> canvas, int x, int y, Colour colour)
    {
        var at = (y * Side) + x;
        canvas[at] = colour.Red;
        canvas[at + (Side * Side)] = colour.Green;
        canvas[at + (2 * Side * Side)] = colour.Blue;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Colour(double Red, double Green, double Blue);
}

using System.Numerics;

namespace WrnCloud.Datasets;

/// <summary>
/// xoshiro256** (Blackman, Vigna, "Scrambled linear pseudorandom number generators", 2021), seeded by SplitMix64 as its authors advise.
/// Its stream is fixed by the paper, so that generated data is the same on every platform and runtime; a library's generator promises less.
/// </summary>
internal sealed class Xoshiro256
{
    private ulong s0, s1, s2, s3;

    /// <summary>Starts the stream of a seed; streams of one seed are told apart by their index, so that they may be drawn in parallel.</summary>
    public Xoshiro256(ulong seed, ulong stream)
    {
        var state = seed;
        state = SplitMix(ref state) ^ stream;
        s0 = SplitMix(ref state);
        s1 = SplitMix(ref state);
        s2 = SplitMix(ref state);
        s3 = SplitMix(ref state);
    }

    public ulong Next()
    {
        var result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        var shifted = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= shifted;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>Uniform on 0 (included) to 1 (excluded), 53 bits.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform on <paramref name="low"/> to <paramref name="high"/>.</summary>
    public double Between(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>Uniform on 0 to <paramref name="bound"/> − 1. The bias of the multiplication is below bound / 2^32.</summary>
    public int Below(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    /// <summary>A uniformly random direction, by rejection: a square root is rounded alike everywhere, a sine is not.</summary>
    public (double X, double Y) Direction()
    {
        while (true)
        {
            var x = Between(-1, 1);
            var y = Between(-1, 1);
            var square = (x * x) + (y * y);
            if (square is > 1 or < 0.01) continue;
            var length = Math.Sqrt(square);
            return (x / length, y / length);
        }
    }

    /// <summary>Shuffles in place (Fisher, Yates).</summary>
    public void Shuffle(Span<int> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

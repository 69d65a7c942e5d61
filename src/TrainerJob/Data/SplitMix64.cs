namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// Steele, Lea and Flood's SplitMix64: a generator small enough to have one for every image, so that draws depend on nothing but their key.
/// </summary>
internal struct SplitMix64
{
    private ulong _state;

    /// <summary>A generator for a key; keys that differ in any part give unrelated draws.</summary>
    public SplitMix64(long seed, long first = 0, long second = 0)
    {
        _state = unchecked((ulong)seed);
        _state = Next() ^ unchecked((ulong)first);
        _state = Next() ^ unchecked((ulong)second);
        _state = Next();
    }

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        unchecked
        {
            var z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    /// <summary>An integer from 0 to below <paramref name="bound"/>; its bias, below bound / 2^64, is nothing here.</summary>
    public int Next(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>Uniform above 0 up to 1, 53 bits: its logarithm is finite.</summary>
    public double NextUnit() => ((Next() >> 11) + 1) * (1.0 / (1UL << 53));
}

namespace WrnCloud.Shared.Tests.Datasets;

/// <summary>
/// Damages files in all the ways that storage and transport do, and some that an attacker does; the same seed gives the same damage.
/// </summary>
internal static class Damage
{
    /// <summary>Variants of a file: bits flipped, cut off, bytes overwritten, removed or repeated, and plain noise.</summary>
    public static IEnumerable<byte[]> Of(byte[] file, int count, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var bytes = (byte[])file.Clone();
            var at = random.Next(i % 2 == 0 ? bytes.Length : Math.Min(bytes.Length, 300));
            switch (i % 6)
            {
                case 0 or 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes = bytes[..at];
                    break;
                case 3:
                    random.NextBytes(bytes.AsSpan(at, Math.Min(bytes.Length - at, 1 + random.Next(8))));
                    break;
                case 4:
                    bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + 1 + random.Next(40))..]];
                    break;
                default:
                    random.NextBytes(bytes.AsSpan(random.Next(2) == 0 ? 0 : at));
                    break;
            }

            yield return bytes;
        }
    }
}

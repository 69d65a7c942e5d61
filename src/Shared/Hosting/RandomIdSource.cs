using System.Security.Cryptography;
using WrnCloud.Jobs;

namespace WrnCloud.Hosting;

/// <summary>Identifiers from the system's cryptographic generator.</summary>
public sealed class RandomIdSource : IIdSource
{
    /// <inheritdoc/>
    public string NewWriteId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <inheritdoc/>
    public string NewJobId(DateTimeOffset now)
    {
        var countdown = (1L << 50) - 1 - now.ToUnixTimeMilliseconds();
        Span<char> id = stackalloc char[20];
        for (var i = 9; i >= 0; i--)
        {
            id[i] = JobIds.Alphabet[(int)(countdown & 31)];
            countdown >>= 5;
        }

        for (var i = 10; i < 20; i++) id[i] = JobIds.Alphabet[RandomNumberGenerator.GetInt32(32)];
        return new string(id);
    }
}

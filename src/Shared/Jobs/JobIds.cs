namespace WrnCloud.Jobs;

/// <summary>The format of a job's id, which holds the time of its creation.</summary>
public static class JobIds
{
    // Crockford's base32, lower case: no letter that looks like a digit.
    internal const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private const int Length = 20;
    private const int TimeLength = 10;

    /// <summary>
    /// When the id was made, to the millisecond: its first 10 base32 characters are 2^50 − 1 − unix ms. False when it is no job's id.
    /// </summary>
    public static bool TryReadTime(string? id, out DateTimeOffset time)
    {
        time = default;
        if (id is not { Length: Length }) return false;
        long countdown = 0;
        for (var i = 0; i < Length; i++)
        {
            var digit = Alphabet.IndexOf(id[i], StringComparison.Ordinal);
            if (digit < 0) return false;
            if (i < TimeLength) countdown = (countdown << 5) | (uint)digit;
        }

        // 2^50 ms are 35,000 years: within what a DateTimeOffset holds only near our own time.
        var milliseconds = (1L << 50) - 1 - countdown;
        if (milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()) return false;
        time = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return true;
    }
}

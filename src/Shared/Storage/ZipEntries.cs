namespace WrnCloud.Storage;

/// <summary>
/// Counts a zip's entries before it is opened.
/// .NET's archive class allocates an object for each entry before it gives a count, and the header's count may lie:
/// so the entries' signatures are counted instead, in constant memory.
/// Entries of nested archives count too, because nested archives are not allowed anyway.
/// </summary>
public static class ZipEntries
{
    /// <summary>True when there are more than <paramref name="max"/>; the file then stays at the position where that was seen, else at 0.</summary>
    public static bool AreMoreThan(int max, Stream file)
    {
        var signature = "PK\u0001\u0002"u8;
        var buffer = new byte[1 << 16];
        int kept = 0, count = 0;
        file.Position = 0;
        while (file.Read(buffer.AsSpan(kept)) is > 0 and var read)
        {
            var rest = buffer.AsSpan(0, kept + read);
            for (var at = rest.IndexOf(signature); at >= 0; at = rest.IndexOf(signature))
            {
                if (++count > max) return true;
                rest = rest[(at + signature.Length)..];
            }

            // A signature may begin at the end of this read.
            kept = Math.Min(rest.Length, signature.Length - 1);
            rest[^kept..].CopyTo(buffer);
        }

        file.Position = 0;
        return false;
    }
}

namespace WrnCloud.Storage;

/// <summary>
/// Counts a zip's entries before it is opened.
/// .NET's archive class keeps an object for each entry before its count can be asked for, and the header's count may lie:
/// so the signatures of entries are counted, in constant memory.
/// A nested archive's count too; none belongs in here.
/// </summary>
public static class ZipEntries
{
    /// <summary>True when there are more than <paramref name="max"/>; the file then stands where that was seen, else at its start.</summary>
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

            // A signature may begin at the end of what was read.
            kept = Math.Min(rest.Length, signature.Length - 1);
            rest[^kept..].CopyTo(buffer);
        }

        file.Position = 0;
        return false;
    }
}

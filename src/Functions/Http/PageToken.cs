using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace WrnCloud.Functions.Http;

/// <summary>
/// The token of a list's next page: the store's own marker with a mark of the list and a checksum, because a store takes any text for a marker and
/// begins somewhere. A checksum, no signature: a caller may begin a page of a list that it may read anywhere.
/// </summary>
internal static class PageToken
{
    private const int CheckBytes = 6;

    /// <summary>The token for a marker; null for none.</summary>
    /// <param name="list">Which list, with its filter: another list's token is refused.</param>
    /// <param name="marker">Where the next page begins.</param>
    public static string? Make(string list, string? marker)
    {
        if (string.IsNullOrEmpty(marker)) return null;
        var text = Encoding.UTF8.GetBytes(marker);
        return Base64Url.EncodeToString([.. Check(list, text), .. text]);
    }

    /// <summary>The marker of a token; null for none.</summary>
    /// <exception cref="Errors.WrnException"><c>query-invalid</c>: no token of this list.</exception>
    public static string? Read(string list, string? token)
    {
        if (token is null) return null;
        try
        {
            var bytes = Base64Url.DecodeFromChars(token);
            if (bytes.Length > CheckBytes && bytes.AsSpan(0, CheckBytes).SequenceEqual(Check(list, bytes.AsSpan(CheckBytes))))
                return Encoding.UTF8.GetString(bytes.AsSpan(CheckBytes));
        }
        catch (FormatException)
        {
            // Answered below, as is any other text.
        }

        throw Query.Invalid("'next' is no token of this list; take it from the page before, and leave the other parameters as they were.");
    }

    private static ReadOnlySpan<byte> Check(string list, ReadOnlySpan<byte> marker) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes($"wrncloud {list}\n"), .. marker]).AsSpan(0, CheckBytes);
}

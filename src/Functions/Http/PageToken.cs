using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace WrnCloud.Functions.Http;

/// <summary>
/// The token of a list's next page: the store's marker with a checksum that includes the list, because a store accepts any text as a marker and
/// starts somewhere. A checksum is enough, without a signature: a caller may start anywhere in a list that it may read.
/// </summary>
internal static class PageToken
{
    private const int CheckBytes = 6;

    /// <summary>The token for a marker; null for none.</summary>
    /// <param name="list">The list, with its filter: another list's token is rejected.</param>
    /// <param name="marker">The start of the next page.</param>
    public static string? Make(string list, string? marker)
    {
        if (string.IsNullOrEmpty(marker)) return null;
        var text = Encoding.UTF8.GetBytes(marker);
        return Base64Url.EncodeToString([.. Check(list, text), .. text]);
    }

    /// <summary>The marker of a token; null for none.</summary>
    /// <exception cref="Errors.WrnException"><c>query-invalid</c>: not a token of this list.</exception>
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
            // Handled below, like any other invalid text.
        }

        throw Query.Invalid("'next' is not a token of this list; take it from the previous page, and leave the other parameters unchanged.");
    }

    private static ReadOnlySpan<byte> Check(string list, ReadOnlySpan<byte> marker) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes($"wrncloud {list}\n"), .. marker]).AsSpan(0, CheckBytes);
}

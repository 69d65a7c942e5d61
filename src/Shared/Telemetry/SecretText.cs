using System.Text.RegularExpressions;

namespace WrnCloud.Telemetry;

/// <summary>
/// Removes credentials from text: query strings, which carry function keys and signatures of upload URLs, and named keys.
/// </summary>
internal static partial class SecretText
{
    private const int MatchMilliseconds = 1000;

    /// <summary>The same text without query strings and keys; the same instance where there is none.</summary>
    public static string Strip(string text)
    {
        if (text.AsSpan().IndexOfAny('?', '=', ':') < 0) return text;
        if (text.StartsWith('?')) return "";
        var clean = Query().Replace(text, "${address}");
        clean = Named().Replace(clean, "${name}…");
        return clean.Length == text.Length && clean == text ? text : clean;
    }

    /// <summary>As <see cref="Strip(object?)"/>; the whole value of an attribute that holds a header with a key is removed.</summary>
    public static object? Strip(string name, object? value) => value is not null && SecretHeader().IsMatch(name) ? "…" : Strip(value);

    /// <summary>A telemetry attribute's value: text is stripped, in lists too; numbers and times are kept.</summary>
    public static object? Strip(object? value) => value switch
    {
        null => null,
        string text => Strip(text),
        string[] texts => texts.Select(Strip).SequenceEqual(texts, StringComparer.Ordinal) ? texts : texts.Select(Strip).ToArray(),
        Uri uri => Strip(uri.OriginalString),
        bool or IFormattable => value,
        _ => value.ToString() is { } text && Strip(text) is var clean && !ReferenceEquals(clean, text) ? clean : value,
    };

    [GeneratedRegex("functions[-_]key|authorization", RegexOptions.IgnoreCase, MatchMilliseconds)]
    private static partial Regex SecretHeader();

    // A run of characters between blanks, quotes or brackets that has a slash and then a question mark; or a query alone. Without backtracking,
    // because text may be long.
    [GeneratedRegex(
        """(?<address>[^\s"'<>?]*/[^\s"'<>?]*)\?[^\s"'<>]*|\?[^\s"'<>?=]+=[^\s"'<>]*""",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking,
        MatchMilliseconds)]
    private static partial Regex Query();

    [GeneratedRegex(
        """(?<name>([?&]code|\bsig|AccountKey|SharedAccessKey|SharedAccessSignature)=|x-functions-key["']?\s*[:=]\s*["']?)[^\s;&"',…]+""",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking,
        MatchMilliseconds)]
    private static partial Regex Named();
}

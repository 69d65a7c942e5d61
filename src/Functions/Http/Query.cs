using System.Globalization;
using Microsoft.AspNetCore.Http;
using WrnCloud.Errors;

namespace WrnCloud.Functions.Http;

/// <summary>Reads and validates query parameters.</summary>
public static class Query
{
    /// <summary>The function key's parameter: it belongs to the host, so that every operation allows it.</summary>
    private const string Key = "code";

    /// <summary>For operations without a key: health checks and links may carry foreign parameters.</summary>
    public static IReadOnlyList<string> Any { get; } = ["*"];

    /// <summary>Rejects parameters that the operation does not have, and repeated ones.</summary>
    public static void Require(HttpRequest request, params IReadOnlyList<string> known)
    {
        if (ReferenceEquals(known, Any)) return;
        foreach (var (name, values) in request.Query)
        {
            if (name == Key) continue;
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                var others = known.Count == 0 ? "there are none" : $"known: {string.Join(", ", known)}";
                throw Invalid($"'{Shown(name)}' is not a query parameter of this operation; {others}.");
            }

            if (values.Count > 1) throw Invalid($"'{name}' occurs {values.Count} times in the query; send it once.");
        }
    }

    /// <summary>A whole number within a range, or the default.</summary>
    public static int Number(HttpRequest request, string name, int defaultValue, int min, int max)
    {
        if (request.Query[name].FirstOrDefault() is not { Length: > 0 } text) return defaultValue;
        return TryParse(text, out var value) && value >= min && value <= max
            ? value
            : throw Invalid($"'{name}' must be a whole number from {min} to {max}.");
    }

    /// <summary>A text, or null when absent or empty.</summary>
    public static string? Text(HttpRequest request, string name) => request.Query[name].FirstOrDefault() is { Length: > 0 } text ? text : null;

    /// <summary>A positive version from a route or query: digits only, without sign or leading zeros, so that a version has one spelling.</summary>
    public static int Version(string text) => TryParse(text, out var version) && version > 0
        ? version
        : throw Invalid("A version must be a whole number from 1.");

    internal static WrnException Invalid(string detail) => new(ErrorCatalogue.QueryInvalid, detail);

    private static bool TryParse(string text, out int value)
    {
        value = 0;
        return (text.Length == 1 || !text.StartsWith('0')) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private static string Shown(string name) => name.Length <= 40 ? name : $"{name[..40]}…";
}

using System.Globalization;
using Microsoft.AspNetCore.Http;
using WrnCloud.Errors;

namespace WrnCloud.Functions.Http;

/// <summary>Query parameters, each checked.</summary>
public static class Query
{
    /// <summary>The function key's parameter: the host's, so every operation lets it pass.</summary>
    private const string Key = "code";

    /// <summary>For operations without a key: health checks and links carry parameters of others.</summary>
    public static IReadOnlyList<string> Any { get; } = ["*"];

    /// <summary>Refuses parameters that the operation does not know, and any that stands more than once.</summary>
    public static void Require(HttpRequest request, params IReadOnlyList<string> known)
    {
        if (ReferenceEquals(known, Any)) return;
        foreach (var (name, values) in request.Query)
        {
            if (name == Key) continue;
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                var others = known.Count == 0 ? "there are none" : $"known: {string.Join(", ", known)}";
                throw Invalid($"'{Shown(name)}' is no query parameter here; {others}.");
            }

            if (values.Count > 1) throw Invalid($"'{name}' stands {values.Count} times in the query; send it once.");
        }
    }

    /// <summary>A whole number within a range, or the default.</summary>
    public static int Number(HttpRequest request, string name, int defaultValue, int min, int max)
    {
        if (request.Query[name].FirstOrDefault() is not { Length: > 0 } text) return defaultValue;
        return TryParse(text, out var value) && value >= min && value <= max
            ? value
            : throw Invalid($"'{name}' is a whole number from {min} to {max}.");
    }

    /// <summary>A text, or null when absent or empty.</summary>
    public static string? Text(HttpRequest request, string name) => request.Query[name].FirstOrDefault() is { Length: > 0 } text ? text : null;

    /// <summary>A positive version from a route or query: digits alone, without sign or leading zeros, so that a version has one spelling.</summary>
    public static int Version(string text) => TryParse(text, out var version) && version > 0
        ? version
        : throw Invalid("A version is a whole number from 1.");

    internal static WrnException Invalid(string detail) => new(ErrorCatalogue.QueryInvalid, detail);

    private static bool TryParse(string text, out int value)
    {
        value = 0;
        return (text.Length == 1 || !text.StartsWith('0')) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private static string Shown(string name) => name.Length <= 40 ? name : $"{name[..40]}…";
}

using Microsoft.AspNetCore.Http;
using WrnCloud.Errors;

namespace WrnCloud.Functions.Http;

/// <summary>Query parameters, each checked.</summary>
public static class Query
{
    /// <summary>A whole number within a range, or the default.</summary>
    public static int Number(HttpRequest request, string name, int defaultValue, int min, int max)
    {
        if (request.Query[name].FirstOrDefault() is not { Length: > 0 } text) return defaultValue;
        return int.TryParse(text, out var value) && value >= min && value <= max
            ? value
            : throw new WrnException(ErrorCatalogue.QueryInvalid, $"'{name}' is a whole number from {min} to {max}.");
    }

    /// <summary>A text, or null when absent or empty.</summary>
    public static string? Text(HttpRequest request, string name) => request.Query[name].FirstOrDefault() is { Length: > 0 } text ? text : null;

    /// <summary>A positive version from a route or query.</summary>
    public static int Version(string text) => int.TryParse(text, out var version) && version > 0
        ? version
        : throw new WrnException(ErrorCatalogue.QueryInvalid, "A version is a whole number from 1.");
}

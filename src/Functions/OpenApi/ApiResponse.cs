namespace WrnCloud.Functions.OpenApi;

/// <summary>An answer that is no error of the catalogue.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Description">When it comes.</param>
/// <param name="Content">The body, or null for none.</param>
/// <param name="Headers">Headers that callers build on, by name.</param>
internal sealed record ApiResponse(int Status, string Description, ApiContent? Content = null, IReadOnlyDictionary<string, string>? Headers = null)
{
    public static ApiResponse Json<T>(int status, string description, IReadOnlyDictionary<string, string>? headers = null) =>
        new(status, description, ApiContent.Json<T>(), headers);
}

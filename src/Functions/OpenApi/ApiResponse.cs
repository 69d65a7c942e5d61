namespace WrnCloud.Functions.OpenApi;

/// <summary>A response that is not an error of the catalogue.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Description">When it is returned.</param>
/// <param name="Content">The body, or null for none.</param>
/// <param name="Headers">Headers that callers rely on, by name.</param>
internal sealed record ApiResponse(int Status, string Description, ApiContent? Content = null, IReadOnlyDictionary<string, string>? Headers = null)
{
    public static ApiResponse Json<T>(int status, string description, IReadOnlyDictionary<string, string>? headers = null) =>
        new(status, description, ApiContent.Json<T>(), headers);
}

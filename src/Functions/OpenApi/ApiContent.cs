namespace WrnCloud.Functions.OpenApi;

/// <summary>A body in one media type.</summary>
/// <param name="MediaType">Such as <c>application/json</c>.</param>
/// <param name="Type">The type of the JSON; null for bytes.</param>
internal sealed record ApiContent(string MediaType, Type? Type = null)
{
    public static ApiContent Json<T>() => new("application/json", typeof(T));
}

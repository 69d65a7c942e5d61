namespace WrnCloud.Functions.OpenApi;

/// <summary>A query parameter or header of an operation; path parameters follow from the route.</summary>
/// <param name="Name">The name as sent.</param>
/// <param name="In"><c>query</c> or <c>header</c>.</param>
/// <param name="Type">The type that the text is parsed as.</param>
/// <param name="Description">Its effect and its range.</param>
internal sealed record ApiParameter(string Name, string In, Type Type, string Description)
{
    public static ApiParameter Query<T>(string name, string description) => new(name, "query", typeof(T), description);

    public static ApiParameter Header(string name, string description) => new(name, "header", typeof(string), description);
}

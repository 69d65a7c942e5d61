namespace WrnCloud.Functions.OpenApi;

/// <summary>A query parameter or header of an operation; path parameters follow from the route.</summary>
/// <param name="Name">As it is sent.</param>
/// <param name="In"><c>query</c> or <c>header</c>.</param>
/// <param name="Type">What the text is read as.</param>
/// <param name="Description">What it does, with its range.</param>
internal sealed record ApiParameter(string Name, string In, Type Type, string Description)
{
    public static ApiParameter Query<T>(string name, string description) => new(name, "query", typeof(T), description);

    public static ApiParameter Header(string name, string description) => new(name, "header", typeof(string), description);
}

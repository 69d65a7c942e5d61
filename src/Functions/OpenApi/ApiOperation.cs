using System.Text.RegularExpressions;
using WrnCloud.Errors;

namespace WrnCloud.Functions.OpenApi;

/// <summary>One operation of the OpenAPI document.</summary>
/// <param name="Function">The function's name; the operation's id.</param>
/// <param name="Method">HTTP verb in lower case.</param>
/// <param name="Route">Below <c>/api/</c>, as the trigger has it.</param>
/// <param name="Summary">One sentence.</param>
internal sealed partial record ApiOperation(string Function, string Method, string Route, string Summary)
{
    /// <summary>Details beyond the summary.</summary>
    public string? Description { get; init; }

    /// <summary>True when no key is required.</summary>
    public bool Anonymous { get; init; }

    /// <summary>Query parameters and headers.</summary>
    public IReadOnlyList<ApiParameter> Parameters { get; init; } = [];

    /// <summary>The body in each accepted media type; empty for none.</summary>
    public IReadOnlyList<ApiContent> Request { get; init; } = [];

    /// <summary>Responses that are not errors of the catalogue.</summary>
    public required IReadOnlyList<ApiResponse> Responses { get; init; }

    /// <summary>Error codes that this operation may return.</summary>
    public IReadOnlyList<ErrorCode> Errors { get; init; } = [];

    /// <summary>The path as callers use it.</summary>
    public string Path => $"/api/{Route}";

    /// <summary>The group in which it is listed: the first segment of its route.</summary>
    public string Group => Route.Split('/')[0];

    /// <summary>The names in braces in the route.</summary>
    public IReadOnlyList<string> PathParameters => [.. Braces().Matches(Route).Select(m => m.Groups["name"].Value)];

    [GeneratedRegex(@"\{(?<name>[a-z]+)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Braces();
}

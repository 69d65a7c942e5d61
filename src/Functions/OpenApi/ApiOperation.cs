using System.Text.RegularExpressions;
using WrnCloud.Errors;

namespace WrnCloud.Functions.OpenApi;

/// <summary>What the document says about one operation.</summary>
/// <param name="Function">The function's name; the operation's id.</param>
/// <param name="Method">HTTP verb in lower case.</param>
/// <param name="Route">Below <c>/api/</c>, as the trigger has it.</param>
/// <param name="Summary">One sentence.</param>
internal sealed partial record ApiOperation(string Function, string Method, string Route, string Summary)
{
    /// <summary>More than the summary says.</summary>
    public string? Description { get; init; }

    /// <summary>True when no key is asked for.</summary>
    public bool Anonymous { get; init; }

    /// <summary>Query parameters and headers.</summary>
    public IReadOnlyList<ApiParameter> Parameters { get; init; } = [];

    /// <summary>The body in each form that is accepted; empty for none.</summary>
    public IReadOnlyList<ApiContent> Request { get; init; } = [];

    /// <summary>Answers that are no errors of the catalogue.</summary>
    public required IReadOnlyList<ApiResponse> Responses { get; init; }

    /// <summary>Codes that a problem document of this operation may carry.</summary>
    public IReadOnlyList<ErrorCode> Errors { get; init; } = [];

    /// <summary>The path as callers see it.</summary>
    public string Path => $"/api/{Route}";

    /// <summary>The group that it is shown in: the first segment of its route.</summary>
    public string Group => Route.Split('/')[0];

    /// <summary>Names in braces of the route.</summary>
    public IReadOnlyList<string> PathParameters => [.. Braces().Matches(Route).Select(m => m.Groups["name"].Value)];

    [GeneratedRegex(@"\{(?<name>[a-z]+)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Braces();
}

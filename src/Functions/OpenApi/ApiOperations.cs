using WrnCloud.Errors;

namespace WrnCloud.Functions.OpenApi;

/// <summary>Every operation of the HTTP API, in the order in which it is shown.</summary>
internal static partial class ApiOperations
{
    private static IReadOnlyList<ApiOperation>? _all;

    /// <summary>What each path parameter is.</summary>
    public static IReadOnlyDictionary<string, string> PathParameters { get; } = new Dictionary<string, string>
    {
        ["id"] = "The job's or batch's id.",
        ["name"] = "The name of the model, of the data set, or of the set of weights.",
        ["version"] = "The version's number, from 1.",
        ["alias"] = "The alias's name, such as production.",
        ["file"] = "The file's name, as listed.",
    };

    /// <summary>All operations.</summary>
    public static IReadOnlyList<ApiOperation> All => _all ??= [.. Training(), .. Data(), .. Weights(), .. Models(), .. Batches(), .. Service()];

    private static IReadOnlyList<ApiParameter> Paging { get; } =
    [
        ApiParameter.Query<string>("next", "Token of the following page, from the answer before."),
        ApiParameter.Query<int>("count", "Items of a page, 1 to 200; 50 by default."),
    ];

    private static ApiParameter IfMatch { get; } =
        ApiParameter.Header("If-Match", "The ETag that GET alias answered; the change is refused when the model's aliases have changed since.");

    // What any operation with a key can answer, and any that has a body.
    private static IReadOnlyList<ErrorCode> Always { get; } = [ErrorCatalogue.QueryInvalid, ErrorCatalogue.Unavailable, ErrorCatalogue.Internal];

    private static IReadOnlyList<ErrorCode> WithBody { get; } =
        [ErrorCatalogue.BodyInvalid, ErrorCatalogue.RequestTimeout, ErrorCatalogue.BodyTooLarge, ErrorCatalogue.MediaTypeUnsupported, .. Always];
}

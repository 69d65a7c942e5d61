using WrnCloud.Errors;

namespace WrnCloud.Functions.OpenApi;

/// <summary>Every operation of the HTTP API, in display order.</summary>
internal static partial class ApiOperations
{
    private static IReadOnlyList<ApiOperation>? _all;

    /// <summary>Descriptions of the path parameters, by name.</summary>
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
        ApiParameter.Query<string>("next", "Token of the next page, from the previous response."),
        ApiParameter.Query<int>("count", "Items per page, 1 to 200; 50 by default."),
    ];

    private static ApiParameter IfMatch { get; } =
        ApiParameter.Header("If-Match", "The ETag that GET alias returned; the change is rejected if the model's aliases have changed since.");

    // Errors of every operation with a key, and of every operation with a body.
    private static IReadOnlyList<ErrorCode> Always { get; } = [ErrorCatalogue.QueryInvalid, ErrorCatalogue.Unavailable, ErrorCatalogue.Internal];

    private static IReadOnlyList<ErrorCode> WithBody { get; } =
        [ErrorCatalogue.BodyInvalid, ErrorCatalogue.RequestTimeout, ErrorCatalogue.BodyTooLarge, ErrorCatalogue.MediaTypeUnsupported, .. Always];
}

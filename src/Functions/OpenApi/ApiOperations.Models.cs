using WrnCloud.Batches;
using WrnCloud.Errors;
using WrnCloud.Functions.Upkeep;
using WrnCloud.Hosting;
using WrnCloud.Models;
using WrnCloud.Scoring;

namespace WrnCloud.Functions.OpenApi;

/// <content>The registry, predictions, batches and the service itself.</content>
internal static partial class ApiOperations
{
    private static IEnumerable<ApiOperation> Models() =>
    [
        new("ListModels", "get", "models", "List the models, by name.")
        {
            Parameters = Paging,
            Responses = [ApiResponse.Json<Page<ModelSummary>>(200, "One page.")],
            Errors = Always,
        },
        new("GetModel", "get", "models/{name}", "Read a model with its versions, newest first.")
        {
            Responses = [ApiResponse.Json<ModelDetail>(200, "The model.")],
            Errors = [ErrorCatalogue.ModelNotFound, .. Always],
        },
        new("GetModelVersion", "get", "models/{name}/versions/{version}", "Read a version's manifest.")
        {
            Responses = [ApiResponse.Json<ModelVersion>(200, "The version.")],
            Errors = [ErrorCatalogue.ModelNotFound, .. Always],
        },
        new("GetModelArtifact", "get", "models/{name}/versions/{version}/artifacts/{file}", "Download an artefact.")
        {
            Responses = [new(200, "The file's bytes.", new ApiContent("application/octet-stream"))],
            Errors = [ErrorCatalogue.ModelNotFound, .. Always],
        },
        new(
            "GetModelSample",
            "get",
            "models/{name}/versions/{version}/artifacts/samples/{file}",
            "Download a sample picture, or expected.json with the model's expected answers.")
        {
            Responses = [new(200, "The file's bytes.", new ApiContent("application/octet-stream"))],
            Errors = [ErrorCatalogue.ModelNotFound, .. Always],
        },
        new(
            "DeleteModelVersion",
            "delete",
            "models/{name}/versions/{version}",
            "Delete a version that no alias names. Repeat it after a failure.")
        {
            Responses = [new(204, "It is deleted; its number is never reused.")],
            Errors = [ErrorCatalogue.ModelNotFound, ErrorCatalogue.InUse, .. Always],
        },
        new("GetModelAlias", "get", "models/{name}/aliases/{alias}", "Read which version an alias names.")
        {
            Responses = [ApiResponse.Json<ModelAlias>(200, "The alias.", new Dictionary<string, string> { ["ETag"] = "For If-Match." })],
            Errors = [ErrorCatalogue.ModelNotFound, .. Always],
        },
        new("SetModelAlias", "put", "models/{name}/aliases/{alias}", "Point an alias at a version: promote or roll back.")
        {
            Parameters = [IfMatch],
            Request = [ApiContent.Json<AliasRequest>()],
            Responses = [ApiResponse.Json<ModelAlias>(200, "The alias as it is now.")],
            Errors =
            [
                ErrorCatalogue.NameInvalid, ErrorCatalogue.UnknownField, ErrorCatalogue.RequestInvalid, ErrorCatalogue.ValueInvalid,
                ErrorCatalogue.ModelNotFound, ErrorCatalogue.ModelNotServable,
                ErrorCatalogue.PreconditionFailed, .. WithBody,
            ],
        },
        new("RemoveModelAlias", "delete", "models/{name}/aliases/{alias}", "Remove an alias.")
        {
            Parameters = [IfMatch],
            Responses = [new(204, "It is deleted, or did not exist.")],
            Errors = [ErrorCatalogue.PreconditionFailed, .. Always],
        },
        new("Predict", "post", "models/{name}/predict", "Classify one picture or several.")
        {
            Description = "Without version and alias the alias production is used, else the latest version; sending both is an error. "
                + "A single picture that can't be decoded gives 422; among several it gets its own error. "
                + "In a form, only fields with a filename or an image type are read.",
            Parameters =
            [
                ApiParameter.Query<int>("version", "The version to use."),
                ApiParameter.Query<string>("alias", "The alias whose version to use."),
            ],
            Request =
            [
                new ApiContent("image/png"), new ApiContent("image/jpeg"), new ApiContent("image/webp"), new ApiContent("application/octet-stream"),
                new ApiContent("multipart/form-data"), ApiContent.Json<PredictRequest>(),
            ],
            Responses = [ApiResponse.Json<PredictResponse>(200, "The most probable classes of each picture.")],
            Errors =
            [
                ErrorCatalogue.UnknownField, ErrorCatalogue.RequestInvalid, ErrorCatalogue.ValueInvalid,
                ErrorCatalogue.ModelNotFound, ErrorCatalogue.ModelNotServable,
                ErrorCatalogue.ImageUndecodable, ErrorCatalogue.ImageTooLarge, ErrorCatalogue.FormatUnsupported,
                ErrorCatalogue.Overloaded, .. WithBody,
            ],
        },
    ];

    private static IEnumerable<ApiOperation> Batches() =>
    [
        new("GetBatch", "get", "batches/{id}", "Read a batch's progress.")
        {
            Description = "Batches are processed one after another; a long one yields to others every minute and is queued meanwhile.",
            Responses = [ApiResponse.Json<BatchStatus>(200, "The batch.")],
            Errors = [ErrorCatalogue.BatchNotFound, .. Always],
        },
        new("GetBatchFile", "get", "batches/{id}/files/{file}", "Download results.jsonl, errors.jsonl or manifest.json.")
        {
            Responses = [new(200, "The file's bytes; a line of results.jsonl or errors.jsonl is one item.", new ApiContent("application/jsonl"))],
            Errors = [ErrorCatalogue.BatchNotFound, .. Always],
        },
    ];

    private static IEnumerable<ApiOperation> Service() =>
    [
        new("Health", "get", "health", "Check whether the service works.")
        {
            Anonymous = true,
            Responses =
            [
                ApiResponse.Json<HealthReport>(200, "It works."),
                ApiResponse.Json<HealthReport>(503, "The store or the queue does not answer, or an upkeep timer is overdue: the report says which."),
            ],
            Errors = [ErrorCatalogue.Internal],
        },
        new("GetOpenApi", "get", "openapi.json", "Read this description.")
        {
            Anonymous = true,
            Responses = [new(200, "An OpenAPI 3.1 document.", new ApiContent("application/json"))],
        },
        new("GetDocs", "get", "docs", "Read this description as a page.")
        {
            Anonymous = true,
            Responses = [new(200, "A self-contained HTML page.", new ApiContent("text/html"))],
        },
    ];
}

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
            "Download a sample picture, or expected.json with what the model must say of each.")
        {
            Responses = [new(200, "The file's bytes.", new ApiContent("application/octet-stream"))],
            Errors = [ErrorCatalogue.ModelNotFound, .. Always],
        },
        new(
            "DeleteModelVersion",
            "delete",
            "models/{name}/versions/{version}",
            "Remove a version that no alias names; repeated, what an earlier call left.")
        {
            Responses = [new(204, "It is gone; its number is never used again.")],
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
            Responses = [new(204, "It is gone, or never was there.")],
            Errors = [ErrorCatalogue.PreconditionFailed, .. Always],
        },
        new("Predict", "post", "models/{name}/predict", "Classify one picture or several.")
        {
            Description = "Without version and alias the alias production answers, else the latest version; both at once are refused. "
                + "A single picture that can't be decoded is a 422; among several it has its own error. "
                + "Of a form's fields those with a filename or a picture's type count.",
            Parameters =
            [
                ApiParameter.Query<int>("version", "The version that is to answer."),
                ApiParameter.Query<string>("alias", "The alias whose version is to answer."),
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
        new("GetBatch", "get", "batches/{id}", "Read how far a batch is.")
        {
            Description = "Batches are worked on one after the other; a long one gives way to others every minute and is queued meanwhile.",
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
        new("Health", "get", "health", "Ask whether the service works.")
        {
            Anonymous = true,
            Responses =
            [
                ApiResponse.Json<HealthReport>(200, "It does."),
                ApiResponse.Json<HealthReport>(503, "Store or queue does not answer, or an upkeep timer has not come round: the report says which."),
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
            Responses = [new(200, "One page that loads nothing else.", new ApiContent("text/html"))],
        },
    ];
}

using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Uploads;

namespace WrnCloud.Functions.OpenApi;

/// <content>Training jobs, uploads and data sets.</content>
internal static partial class ApiOperations
{
    private static IEnumerable<ApiOperation> Training() =>
    [
        new("SubmitTrainingJob", "post", "training-jobs", "Train a network.")
        {
            Description = "Returns as soon as the request is stored. If the response is lost, repeat the request with the same Idempotency-Key: "
                + "you get the same job. "
                + "dryRun only validates and resolves.",
            Parameters =
            [
                ApiParameter.Header("Idempotency-Key", "1 to 128 printable ASCII characters without spaces, in one header; remembered for 24 h."),
            ],
            Request = [ApiContent.Json<TrainingRequest>()],
            Responses =
            [
                ApiResponse.Json<Job>(202, "The job is stored.", new Dictionary<string, string> { ["Location"] = "URL of the job." }),
                ApiResponse.Json<ResolvedTraining>(200, "With dryRun: the request with everything explicit; nothing is stored."),
            ],
            Errors =
            [
                ErrorCatalogue.UnknownField, ErrorCatalogue.NameInvalid, ErrorCatalogue.KeyInvalid,
                ErrorCatalogue.RequestInvalid, ErrorCatalogue.ValueInvalid,
                ErrorCatalogue.SpecInvalid, ErrorCatalogue.UrlNotAllowed, ErrorCatalogue.RecipeUnknown,
                ErrorCatalogue.NotRun, ErrorCatalogue.DatasetUnknown,
                ErrorCatalogue.DataInvalid, ErrorCatalogue.UploadMismatch, ErrorCatalogue.InitInvalid,
                ErrorCatalogue.OutOfMemory, ErrorCatalogue.ModelNotFound,
                ErrorCatalogue.ModelNotServable, ErrorCatalogue.KeyReused, ErrorCatalogue.QueueFull, .. WithBody,
            ],
        },
        new("ListTrainingJobs", "get", "training-jobs", "List jobs, newest first.")
        {
            Parameters = [ApiParameter.Query<JobState>("state", "Only jobs in this state."), .. Paging],
            Responses = [ApiResponse.Json<Page<Job>>(200, "One page.")],
            Errors = Always,
        },
        new("GetTrainingJob", "get", "training-jobs/{id}", "Read a job.")
        {
            Responses = [ApiResponse.Json<Job>(200, "The job.")],
            Errors = [ErrorCatalogue.JobNotFound, .. Always],
        },
        new("GetTrainingJobMetrics", "get", "training-jobs/{id}/metrics", "Read a job's curves: one continuous series over all attempts.")
        {
            Responses = [ApiResponse.Json<Page<MetricPoint>>(200, "Every point so far, by step; always one page.")],
            Errors = [ErrorCatalogue.JobNotFound, .. Always],
        },
        new("CancelTrainingJob", "post", "training-jobs/{id}/cancel", "Cancel a job.")
        {
            Description = "Idempotent. A running job ends within seconds; one that has ended, or is publishing its model, is left unchanged.",
            Responses = [ApiResponse.Json<Job>(202, "The job as it is now.")],
            Errors = [ErrorCatalogue.JobNotFound, .. Always],
        },
        new("ListRecipes", "get", "recipes", "List the recipes.")
        {
            Responses = [ApiResponse.Json<Page<Recipe>>(200, "All recipes; always one page.")],
            Errors = [ErrorCatalogue.QueryInvalid, ErrorCatalogue.Internal],
        },
    ];

    private static IEnumerable<ApiOperation> Data() =>
    [
        new("CreateUpload", "post", "uploads", "Get write URLs for a batch, a data set or a file of weights.")
        {
            Description = "Each URL accepts one file, once, for an hour: PUT the bytes with x-ms-blob-type: BlockBlob and If-None-Match: *. "
                + "Upload a data set's manifest.json last, which completes it; files of an earlier try that match their declaration get no URL. "
                + "Uploads must match the declared length and SHA-256: otherwise a batch or an import fails with upload-mismatch, "
                + "and a data set is neither listed nor trained on.",
            Request = [ApiContent.Json<UploadRequest>()],
            Responses =
            [
                ApiResponse.Json<UploadTicket>(
                    201, "The URLs, and a batch's id. No URLs if a data set, or a set of weights, with the same content is already stored."),
            ],
            Errors =
            [
                ErrorCatalogue.UnknownField, ErrorCatalogue.NameInvalid, ErrorCatalogue.RequestInvalid,
                ErrorCatalogue.ValueInvalid, ErrorCatalogue.AlreadyExists,
                ErrorCatalogue.DataInvalid, ErrorCatalogue.ModelNotFound, ErrorCatalogue.ModelNotServable, .. WithBody,
            ],
        },
        new("ListDatasets", "get", "datasets", "List the data sets, by name.")
        {
            Parameters = Paging,
            Responses = [ApiResponse.Json<Page<DatasetManifest>>(200, "One page.")],
            Errors = Always,
        },
        new("GetDataset", "get", "datasets/{name}", "Read a data set's manifest, once all its files are verified.")
        {
            Responses = [ApiResponse.Json<DatasetManifest>(200, "The manifest.")],
            Errors = [ErrorCatalogue.DatasetUnknown, ErrorCatalogue.DataInvalid, ErrorCatalogue.UploadMismatch, .. Always],
        },
        new("GetDatasetFile", "get", "datasets/{name}/files/{file}", "Download a file of a data set.")
        {
            Responses = [new(200, "The file's bytes.", new ApiContent("application/octet-stream"))],
            Errors = [ErrorCatalogue.DatasetUnknown, ErrorCatalogue.DataInvalid, .. Always],
        },
        new("DeleteDataset", "delete", "datasets/{name}", "Delete a data set that no active job reads, or the remains of an interrupted push.")
        {
            Responses = [new(204, "It is deleted.")],
            Errors = [ErrorCatalogue.DatasetUnknown, ErrorCatalogue.InUse, .. Always],
        },
    ];
}

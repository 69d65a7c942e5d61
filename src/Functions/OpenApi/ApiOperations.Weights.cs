using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Weights;

namespace WrnCloud.Functions.OpenApi;

/// <content>Sets of pretrained weights.</content>
internal static partial class ApiOperations
{
    private static IEnumerable<ApiOperation> Weights() =>
    [
        new("ImportWeights", "post", "weights", "Import an uploaded file of weights.")
        {
            Description = "A .safetensors file, a file written by torch.save, or an ONNX model, "
                + "of a ResNet or Wide ResNet under torchvision's or timm's names. "
                + "A trainer reads it; the job is read, followed and cancelled like a training job. "
                + "With a classifier it is also published as a model version. "
                + "If the same file was already imported, the response is the job that imported it.",
            Parameters =
            [
                ApiParameter.Header("Idempotency-Key", "1 to 128 printable ASCII characters without spaces, in one header; remembered for 24 h."),
            ],
            Request = [ApiContent.Json<WeightsImportRequest>()],
            Responses =
            [
                ApiResponse.Json<Job>(202, "The job is stored.", new Dictionary<string, string> { ["Location"] = "URL of the job." }),
            ],
            Errors =
            [
                ErrorCatalogue.UnknownField, ErrorCatalogue.NameInvalid, ErrorCatalogue.KeyInvalid,
                ErrorCatalogue.RequestInvalid, ErrorCatalogue.ValueInvalid,
                ErrorCatalogue.SpecInvalid, ErrorCatalogue.UploadMismatch, ErrorCatalogue.AlreadyExists,
                ErrorCatalogue.KeyReused, ErrorCatalogue.QueueFull, .. WithBody,
            ],
        },
        new("ListWeights", "get", "weights", "List the sets of weights: the built-in ones, then the imported ones by name.")
        {
            Parameters = Paging,
            Responses = [ApiResponse.Json<Page<WeightsManifest>>(200, "One page.")],
            Errors = Always,
        },
        new("GetWeights", "get", "weights/{name}", "Read a set's manifest.")
        {
            Responses = [ApiResponse.Json<WeightsManifest>(200, "The set.")],
            Errors = [ErrorCatalogue.WeightsNotFound, .. Always],
        },
        new("DeleteWeights", "delete", "weights/{name}", "Delete an imported set that no active job needs. Repeat it after a failure.")
        {
            Description = "Versions published or trained from it are kept.",
            Responses = [new(204, "It is deleted; the name is free.")],
            Errors = [ErrorCatalogue.WeightsNotFound, ErrorCatalogue.InUse, .. Always],
        },
    ];
}

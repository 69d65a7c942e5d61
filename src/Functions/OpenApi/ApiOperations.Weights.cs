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
            Description = "A .safetensors file, what torch.save writes, or an ONNX model, "
                + "of a ResNet or Wide ResNet under torchvision's or timm's names. "
                + "A trainer reads it; the job is read, followed and cancelled as a training job. "
                + "With a classifier it is published as a model version as well. "
                + "What has been imported already is answered with the job that did it.",
            Parameters =
            [
                ApiParameter.Header("Idempotency-Key", "1 to 128 printable ASCII characters without spaces, in one header; remembered for 24 h."),
            ],
            Request = [ApiContent.Json<WeightsImportRequest>()],
            Responses =
            [
                ApiResponse.Json<Job>(202, "The job is stored.", new Dictionary<string, string> { ["Location"] = "Where the job is read." }),
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
        new("DeleteWeights", "delete", "weights/{name}", "Remove an imported set that no job under way needs; repeated, what an earlier call left.")
        {
            Description = "Versions that were published from it, or trained from it, stay.",
            Responses = [new(204, "It is gone; the name is free.")],
            Errors = [ErrorCatalogue.WeightsNotFound, ErrorCatalogue.InUse, .. Always],
        },
    ];
}

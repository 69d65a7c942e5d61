namespace WrnCloud.Errors;

/// <summary>Every error that a client can get; <c>docs/errors.md</c> is generated from it.</summary>
public static class ErrorCatalogue
{
    /// <summary>The body is not one JSON document of the expected form.</summary>
    public static readonly ErrorCode BodyInvalid = new(
        "body-invalid", 400, "The body could not be read.", "Send one JSON object; the detail names the place.");

    /// <summary>A field that is not in the contract.</summary>
    public static readonly ErrorCode UnknownField = new(
        "unknown-field", 400, "The body has an unknown field.", "Remove the field or correct its name.");

    /// <summary>A name that is not allowed in a path.</summary>
    public static readonly ErrorCode NameInvalid = new(
        "name-invalid",
        400,
        "A name is not allowed.",
        "Use 1 to 63 of a-z, 0-9, '.', '_' and '-', starting and ending with a letter or digit, but no name that Windows reserves, such as nul.");

    /// <summary>The Idempotency-Key header is malformed.</summary>
    public static readonly ErrorCode KeyInvalid = new(
        "key-invalid", 400, "The Idempotency-Key is not allowed.", "Send 1 to 128 printable ASCII characters.");

    /// <summary>A query parameter is malformed.</summary>
    public static readonly ErrorCode QueryInvalid = new(
        "query-invalid", 400, "A query parameter is not allowed.", "See the parameter's allowed values.");

    /// <summary>One or more fields have values that are not allowed.</summary>
    public static readonly ErrorCode RequestInvalid = new(
        "request-invalid", 422, "The request has fields with values that are not allowed.", "Correct the fields listed under errors.");

    /// <summary>A field's value is out of range or of the wrong kind.</summary>
    public static readonly ErrorCode ValueInvalid = new("value-invalid", 422, "A value is not allowed.", "Use a value within the allowed range.");

    /// <summary>The network's name or depth is wrong.</summary>
    public static readonly ErrorCode SpecInvalid = new(
        "spec-invalid",
        422,
        "The network does not exist.",
        "Name a network such as WRN-16-2 or ResNet-110; the detail names the nearest right depths.");

    /// <summary>The starting weights do not fit the request's network.</summary>
    public static readonly ErrorCode InitInvalid = new(
        "init-invalid", 422, "The starting weights do not fit the network.", "Name a published version of the same network, or leave init out.");

    /// <summary>A URL where a name is expected.</summary>
    public static readonly ErrorCode UrlNotAllowed = new(
        "url-not-allowed", 422, "A URL is not accepted here.", "Push the data set and give its name.");

    /// <summary>No such recipe.</summary>
    public static readonly ErrorCode RecipeUnknown = new("recipe-unknown", 404, "The recipe does not exist.", "Choose a recipe from GET /recipes.");

    /// <summary>The recipe is listed but can't be trained here.</summary>
    public static readonly ErrorCode NotRun = new(
        "not-run", 422, "The recipe is listed but can't be trained here.", "Send dryRun, or choose another recipe.");

    /// <summary>No such data set.</summary>
    public static readonly ErrorCode DatasetUnknown = new(
        "dataset-unknown", 404, "The data set does not exist.", "Push the data set first, or choose one from GET /datasets.");

    /// <summary>The Idempotency-Key was used with another body.</summary>
    public static readonly ErrorCode KeyReused = new(
        "key-reused", 422, "The Idempotency-Key was used for another request.", "Use a new key for a new request.");

    /// <summary>No such job.</summary>
    public static readonly ErrorCode JobNotFound = new("job-not-found", 404, "There is no such job.", "List the jobs with GET /training-jobs.");

    /// <summary>No such model, version, alias or artefact.</summary>
    public static readonly ErrorCode ModelNotFound = new("model-not-found", 404, "There is no such model.", "List the models with GET /models.");

    /// <summary>No such batch.</summary>
    public static readonly ErrorCode BatchNotFound = new(
        "batch-not-found", 404, "There is no such batch.", "Upload the archive first; its batch appears within a minute.");

    /// <summary>The version did not pass the parity gate.</summary>
    public static readonly ErrorCode ModelNotServable = new(
        "model-not-servable", 409, "The model version can't be served.", "Choose a version whose parity check passed.");

    /// <summary>The same name exists with other content.</summary>
    public static readonly ErrorCode AlreadyExists = new(
        "already-exists", 409, "The name is taken by other content.", "Choose a new name; stored content never changes.");

    /// <summary>The resource changed since the caller read it.</summary>
    public static readonly ErrorCode PreconditionFailed = new(
        "precondition-failed", 412, "The resource has changed.", "Read it again and repeat the change with the new ETag.");

    /// <summary>A resource that is in use can't be deleted.</summary>
    public static readonly ErrorCode InUse = new(
        "in-use", 409, "The resource is in use.", "First remove the alias or the data set that refers to it, or wait for the job that reads it.");

    /// <summary>The body is larger than allowed.</summary>
    public static readonly ErrorCode BodyTooLarge = new(
        "body-too-large", 413, "The body is too large.", "Send less, or upload an archive as a batch.");

    /// <summary>The body arrived too slowly.</summary>
    public static readonly ErrorCode RequestTimeout =
        new("request-timeout", 408, "The request took too long to arrive.", "Send it again over a faster connection.");

    /// <summary>The media type is not accepted.</summary>
    public static readonly ErrorCode MediaTypeUnsupported = new(
        "media-type-unsupported", 415, "The media type is not accepted.", "See the operation's accepted types.");

    /// <summary>The bytes are not a picture that can be decoded.</summary>
    public static readonly ErrorCode ImageUndecodable = new(
        "image-undecodable", 422, "The picture could not be decoded.", "Send a complete PNG, JPEG or WebP file.");

    /// <summary>The picture is larger than allowed.</summary>
    public static readonly ErrorCode ImageTooLarge = new("image-too-large", 422, "The picture is too large.", "Scale it down before sending.");

    /// <summary>An unsupported format.</summary>
    public static readonly ErrorCode FormatUnsupported = new(
        "format-unsupported", 422, "The format is not supported.", "Send a PNG, JPEG or WebP picture with one frame.");

    /// <summary>An archive breaks a limit or can't be read.</summary>
    public static readonly ErrorCode ArchiveInvalid = new(
        "archive-invalid", 422, "The archive could not be processed.", "Send a zip within the limits, without nested archives.");

    /// <summary>The upload differs from its declaration.</summary>
    public static readonly ErrorCode UploadMismatch =
        new(
            "upload-mismatch",
            422,
            "The uploaded bytes are not the declared ones.",
            "Upload the file again, with its own length and SHA-256.");

    /// <summary>The data set's bytes break its format.</summary>
    public static readonly ErrorCode DataInvalid = new(
        "data-invalid", 422, "The data set could not be read.", "Correct the file at the place named in the detail.");

    /// <summary>No such set of weights.</summary>
    public static readonly ErrorCode WeightsNotFound = new(
        "weights-not-found", 404, "There is no such set of weights.", "List the sets with GET /weights.");

    /// <summary>The bytes are not a readable file of weights.</summary>
    public static readonly ErrorCode WeightsInvalid = new(
        "weights-invalid",
        422,
        "The file of weights could not be read.",
        "Import a .safetensors file, a .pth file written by torch.save(model.state_dict(), …), or an ONNX model.");

    /// <summary>A pickle that asks for more than tensors.</summary>
    public static readonly ErrorCode WeightsUnsafe = new(
        "weights-unsafe",
        422,
        "The file asks for more than tensors and was not read.",
        "Save only the state dict, with torch.save(model.state_dict(), …) or as safetensors.");

    /// <summary>PyTorch's format from before 1.6.</summary>
    public static readonly ErrorCode WeightsLegacy = new(
        "weights-legacy", 422, "The file is in PyTorch's old format.", "Load it in PyTorch and save it again with torch.save.");

    /// <summary>Weights of another network than expected, or of an unsupported one.</summary>
    public static readonly ErrorCode WeightsUnfit = new(
        "weights-unfit",
        422,
        "The weights do not fit the network.",
        "Import weights of a ResNet or Wide ResNet under torchvision's or timm's names; the detail names the mismatches.");

    /// <summary>The queue holds the maximum number of jobs.</summary>
    public static readonly ErrorCode QueueFull = new("queue-full", 503, "Too many jobs are waiting.", "Wait for jobs to end, or cancel some.");

    /// <summary>More requests are in progress than memory allows.</summary>
    public static readonly ErrorCode Overloaded = new("overloaded", 429, "The service is busy.", "Wait as long as Retry-After says, then try again.");

    /// <summary>A dependency does not answer.</summary>
    public static readonly ErrorCode Unavailable = new(
        "unavailable", 503, "A service that this one depends on does not answer.", "Try again shortly.");

    /// <summary>The export differs from the trained network.</summary>
    public static readonly ErrorCode ParityFailed = new(
        "parity-failed",
        409,
        "The exported model differs from the trained network.",
        "Report this: the export is wrong. The version is kept but never served.");

    /// <summary>A published file has changed.</summary>
    public static readonly ErrorCode ArtifactDamaged = new(
        "artifact-damaged",
        409,
        "A published file has changed since publication.",
        "Fetch it again; if it still differs, the store has changed: train the model again from its receipt.");

    /// <summary>The GPU's results differ from the CPU's.</summary>
    public static readonly ErrorCode DeviceWrong = new(
        "device-wrong",
        422,
        "The GPU's logits differ from the CPU's.",
        "Its driver does not match libtorch's CUDA, or it is faulty: try another machine; "
            + "Trainer__RequireGpu=false on one without a GPU trains on the CPU.");

    /// <summary>The loss became infinite or NaN.</summary>
    public static readonly ErrorCode LossDiverged = new(
        "loss-diverged", 422, "The loss became infinite or undefined.", "Lower the learning rate, or train in fp32.");

    /// <summary>The network and its batch need more memory than the machine has.</summary>
    public static readonly ErrorCode OutOfMemory = new(
        "out-of-memory", 422, "The machine's memory was too small.", "Use a smaller batch or network, or a larger machine.");

    /// <summary>The trainer must have a GPU and found none.</summary>
    public static readonly ErrorCode GpuUnavailable = new(
        "gpu-unavailable",
        500,
        "The trainers found no GPU to train on.",
        "Check the trainer's log and the pool's drivers and quota, then submit again.");

    /// <summary>The trainer's local disk has no room for the data set.</summary>
    public static readonly ErrorCode CacheUnusable = new(
        "cache-unusable",
        500,
        "The trainer's disk could not keep the data set.",
        "Give the trainer's Trainer__CacheFolder more room, then submit again.");

    /// <summary>The request's limit in minutes was reached.</summary>
    public static readonly ErrorCode TimeLimit = new(
        "time-limit",
        409,
        "The time limit was reached before the schedule ended; the best weights so far are published.",
        "Submit again with a higher maxMinutes, or with fewer epochs.");

    /// <summary>The trainer ended without a result too many times.</summary>
    public static readonly ErrorCode TrainerCrashed = new(
        "trainer-crashed", 500, "The trainer crashed repeatedly.", "Check the trainer's log; a smaller batch may help if memory ran out.");

    /// <summary>The job's message could not be delivered.</summary>
    public static readonly ErrorCode DeliveryFailed = new(
        "delivery-failed", 500, "The job's message could not be delivered.", "Submit the job again.");

    /// <summary>The user cancelled the job.</summary>
    public static readonly ErrorCode Cancelled = new("cancelled", 409, "The job was cancelled.", "Submit it again to train.");

    /// <summary>An unexpected failure.</summary>
    public static readonly ErrorCode Internal = new(
        "internal", 500, "An internal error occurred.", "Try again; if it persists, report it with the time and the request.");

    /// <summary>All codes, in the order of this file.</summary>
    public static IReadOnlyList<ErrorCode> All { get; } =
        [.. typeof(ErrorCatalogue).GetFields().Where(f => f.FieldType == typeof(ErrorCode)).Select(f => (ErrorCode)f.GetValue(null)!)];
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Evaluation;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Storage;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Hosting;
using WrnCloud.TrainerJob.Reports;

namespace WrnCloud.TrainerJob.Export;

/// <summary>Exports a trained network, checks the export, uploads the artefacts create-only, and writes the version's manifest last.</summary>
public sealed partial class ModelPublisher(
    ModelRegistry registry,
    BlobStore blobs,
    MetricsReader metrics,
    DatasetCatalog datasets,
    DatasetLoader loader,
    StoreRetry retry,
    TimeProvider clock,
    ILogger<ModelPublisher> logger)
{
    /// <summary>The exported model's file name.</summary>
    public const string OnnxFile = "model.onnx";

    private const string CardFile = "card.md";

    /// <summary>The version that this job publishes, the same one however often it asks.</summary>
    public Task<int> ReserveAsync(Job job, CancellationToken cancellationToken) =>
        registry.ReserveVersionAsync(job.Resolved.ModelName, job.Id, cancellationToken);

    /// <summary>
    /// Publishes; the manifest that stands, which another attempt of the job may have written first.
    /// The artefacts are made once, and each step waits for a store that is away.
    /// </summary>
    /// <param name="job">The record as it is now, this attempt's resume point included.</param>
    /// <param name="version">The reserved version.</param>
    /// <param name="model">What was trained.</param>
    /// <param name="cancellationToken">Ends the attempt; what is uploaded stays.</param>
    public async Task<ModelVersion> PublishAsync(Job job, int version, TrainedModel model, CancellationToken cancellationToken)
    {
        var training = job.Resolved;
        var plan = model.Plan;
        var test = model.Completed.Test;
        var crossValidated = plan.Settings.Method == TrainingMethod.Head && plan.Validation is null;
        var evaluation = TrainedEvaluation.Of(plan.Train.Classes, model.Completed, crossValidated, plan.TestNames) with
        {
            Tried = model.Completed.Tried,
        };
        var distance = TrainedDistance.Of(model, crossValidated);
        var metadata = new ModelMetadata(plan.Train.Classes, training.Dataset, training.DatasetHash, training.Recipe, test.Top1, model.Precision)
        {
            Resize = training.Resize,
            Temperature = evaluation.Temperature,
            Thresholds = evaluation.Thresholds,
            Distance = distance?.Distance,
            DistanceQuantiles = distance?.Quantiles,
        };
        var onnx = OnnxExporter.Export(model.Network, plan.Preprocessor, metadata);
        var parity = ParityGate.Check(
            model.Network, onnx, plan.Test, plan.Preprocessor, clock, test.IsReference ? test.Logits : null, evaluation.Temperature).ToResult();
        var artefacts = new Dictionary<string, byte[]>
        {
            [OnnxFile] = onnx,
            [ArtifactFile.Weights] = new PublishedWeights(model.Network, plan.Train.Classes, plan.Settings.Preprocessing, plan.Statistics).ToBytes(),
            [ModelSignature.FileName] = Json(OnnxExporter.Signature(model.Network, metadata)),
            [ModelEvaluation.FileName] = JsonSerializer.SerializeToUtf8Bytes(evaluation, WrnJson.Compact),
        };
        if (plan.Preprocessor is ZcaPreprocessor whitening) artefacts[WhiteningFile.FileName] = WhiteningFile.Write(whitening);
        foreach (var (name, picture) in await DrawAsync(job, model, evaluation, cancellationToken)) artefacts[name] = picture;
        var originals = await OriginalsAsync(training, plan.Test, cancellationToken);
        foreach (var (name, sample) in SampleFiles.Make(plan.Test, test, evaluation, distance?.Distance, originals, training.Resize))
            artefacts[name] = sample;
        artefacts[CardFile] = Encoding.UTF8.GetBytes(ModelCardWriter.Write(job, version, model, evaluation, parity, artefacts.Keys));
        artefacts[Receipt.FileName] = Json(await ReceiptAsync(job, version, model, artefacts, cancellationToken));

        foreach (var (name, bytes) in artefacts)
        {
            var target = ModelRegistry.ArtifactName(training.ModelName, version, job.Attempt, name);
            await retry.RunAsync(
                job.Id,
                name,
                cancel => blobs.TryUploadAsync(target, new MemoryStream(bytes, writable: false), ContentType(name), cancel),
                cancellationToken);
        }

        var manifest = new ModelVersion
        {
            Name = training.ModelName,
            Version = version,
            JobId = job.Id,
            Attempt = job.Attempt,
            CreatedAt = clock.GetUtcNow(),
            Architecture = training.Model,
            Dataset = training.Dataset,
            DatasetHash = training.DatasetHash,
            Classes = plan.Train.Classes,
            Recipe = training.Recipe,
            ConfigHash = job.ConfigHash,
            Top1 = test.Top1,
            TestImages = plan.Test.Count,
            Validation = evaluation.Validation is { } judged ? new ValidationTop1(judged.Top1, judged.Images, evaluation.CrossValidated) : null,
            Parity = parity,
            Files = Describe(artefacts),
        };
        return await retry.RunAsync(job.Id, "the version's manifest", cancel => registry.PublishAsync(manifest, cancel), cancellationToken);
    }

    // Hours of training must not be lost for a picture of them.
    private async Task<Dictionary<string, byte[]>> DrawAsync(
        Job job, TrainedModel model, ModelEvaluation evaluation, CancellationToken cancellationToken)
    {
        var pictures = new Dictionary<string, byte[]>();
        try
        {
            pictures[CardPictures.Confusion] = ConfusionPicture.Draw(evaluation.Classes, evaluation.Test.Confusion);
            pictures[CardPictures.Reliability] = ReliabilityPicture.Draw(evaluation);
            if (MistakesPicture.Draw(evaluation, model.Plan.Test) is { } mistakes) pictures[CardPictures.Mistakes] = mistakes;
            var points = await retry.RunAsync(job.Id, "the metrics", cancel => metrics.ReadAsync(job, cancel), cancellationToken);

            // A classifier that was fitted at one blow has one point, and no curve.
            if (points.Count > 1)
                pictures[CardPictures.Curves] = CurvesPicture.Draw(points, model.Plan.DecidingName, evaluation.Test.Top5 is not null);
        }
#pragma warning disable CA1031 // A damaged line of metrics, a graphics library that does not load: the card does without.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogNotDrawn(job.Id, e);
        }

        return pictures;
    }

    // The pictures as they were pushed are nice to have; the samples do without.
    private async Task<IReadOnlyDictionary<int, byte[]>> OriginalsAsync(
        ResolvedTraining training, IImageSet test, CancellationToken cancellationToken)
    {
        try
        {
            return await loader.ReadTestPicturesAsync(training, SampleFiles.Choose(test), cancellationToken);
        }
#pragma warning disable CA1031 // A data set that is gone, a store that is away, a disk that was cleared.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return new Dictionary<int, byte[]>();
        }
    }

    // Once the run is over the data set may be gone; the hash in the configuration stays.
    private async Task<IReadOnlyList<ArtifactFile>> DatasetFilesAsync(Job job, CancellationToken cancellationToken)
    {
        var training = job.Resolved;
        try
        {
            var dataset = await retry.RunAsync(
                job.Id, "the data set's manifest", cancel => datasets.FindAsync(training.Dataset, cancel), cancellationToken);
            return dataset?.DatasetHash == training.DatasetHash ? [.. dataset.Files.Select(f => new ArtifactFile(f.Name, f.Length, f.Sha256))] : [];
        }
        catch (WrnException)
        {
            return [];
        }
    }

    private async Task<Receipt> ReceiptAsync(
        Job job, int version, TrainedModel model, IReadOnlyDictionary<string, byte[]> artefacts, CancellationToken cancellationToken) => new()
        {
            JobId = job.Id,
            Attempt = job.Attempt,
            Version = version,
            Resolved = job.Resolved,
            ConfigHash = job.ConfigHash,
            DatasetFiles = await DatasetFilesAsync(job, cancellationToken),
            CodeVersion = Provenance.CodeVersion,
            Packages = Provenance.Packages(),
            Machine = Provenance.Machine(model.Platform),
            Threads = model.Plan.Threads,
            Precision = model.Precision,
            Resumes = job.Resumes,
            Artefacts = Describe(artefacts),
        };

    internal static IReadOnlyList<ArtifactFile> Describe(IReadOnlyDictionary<string, byte[]> artefacts) =>
        [.. artefacts.Select(a => new ArtifactFile(a.Key, a.Value.Length, Convert.ToHexStringLower(SHA256.HashData(a.Value))))];

    internal static byte[] Json<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, WrnJson.Indented);

    internal static string ContentType(string name) => Path.GetExtension(name) switch
    {
        ".json" => "application/json",
        ".md" => "text/markdown; charset=utf-8",
        ".png" => "image/png",
        ".jpg" => "image/jpeg",
        ".webp" => "image/webp",
        _ => "application/octet-stream",
    };

    [LoggerMessage(102, LogLevel.Warning, "Job {JobId}: the card's pictures could not be drawn")]
    private partial void LogNotDrawn(string jobId, Exception exception);
}

using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Storage;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Export;

/// <summary>Exports a trained network, checks the export, uploads the artefacts create-only, and writes the version's manifest last.</summary>
public sealed class ModelPublisher(ModelRegistry registry, BlobStore blobs, TimeProvider clock)
{
    /// <summary>The version that this job publishes, the same one however often it asks.</summary>
    public Task<int> ReserveAsync(Job job, CancellationToken cancellationToken) =>
        registry.ReserveVersionAsync(job.Resolved.ModelName, job.Id, cancellationToken);

    /// <summary>Publishes; the manifest that stands, which another attempt of the job may have written first.</summary>
    public async Task<ModelVersion> PublishAsync(
        Job job, int version, ImageClassifier network, TrainingPlan plan, TrainingOutcome.Completed completed, CancellationToken cancellationToken)
    {
        var training = job.Resolved;
        var onnx = OnnxExporter.Export(network, plan.Preprocessor, new ModelMetadata(plan.Train.Classes, training.Dataset, training.Recipe, completed.Test.Top1));
        var report = ParityGate.Check(network, onnx, plan.Test, plan.Preprocessor);
        var parity = new ParityResult(report.Passed, report.MaxProbabilityDifference, report.Top1Agreement, report.Images);
        var artefacts = new Dictionary<string, byte[]>
        {
            ["model.onnx"] = onnx,
            [ArtifactFile.Weights] = TensorArchive.Save(network.NamedState(), new Dictionary<string, string> { ["architecture"] = training.Model }),
            ["signature.json"] = Json(Signature(plan)),
        };
        artefacts["receipt.json"] = Json(Receipt(job, plan, artefacts));
        artefacts["card.md"] = Encoding.UTF8.GetBytes(ModelCardWriter.Write(job, version, plan, completed, parity));

        var folder = ModelRegistry.ArtifactFolder(training.ModelName, version, job.Attempt);
        var files = new List<ArtifactFile>();
        foreach (var (name, bytes) in artefacts)
        {
            await blobs.TryUploadAsync(folder.Child(name), new MemoryStream(bytes, writable: false), ContentType(name), cancellationToken);
            files.Add(new ArtifactFile(name, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))));
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
            Top1 = completed.Test.Top1,
            Parity = parity,
            Files = files,
        };
        return await registry.PublishAsync(manifest, cancellationToken);
    }

    private static object Signature(TrainingPlan plan) => new
    {
        Inputs = new[] { new { Name = OnnxExporter.InputName, Type = "uint8", Shape = "N×32×32×3", Description = "RGB pixels, 0 to 255; normalisation is inside" } },
        Outputs = new[] { new { Name = OnnxExporter.OutputName, Type = "float32", Shape = $"N×{plan.Train.Classes.Count}", Description = "class probabilities, softmax is inside" } },
        plan.Train.Classes,
    };

    private static object Receipt(Job job, TrainingPlan plan, IReadOnlyDictionary<string, byte[]> artefacts) => new
    {
        Schema = 1,
        JobId = job.Id,
        job.Attempt,
        job.ConfigHash,
        job.Resolved.DatasetHash,
        job.Resolved.Seed,
        plan.Threads,
        CodeVersion = typeof(ModelPublisher).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
        Artefacts = artefacts.ToDictionary(a => a.Key, a => Convert.ToHexStringLower(SHA256.HashData(a.Value))),
    };

    private static byte[] Json(object value) => JsonSerializer.SerializeToUtf8Bytes(value, WrnJson.Indented);

    private static string ContentType(string name) => Path.GetExtension(name) switch
    {
        ".json" => "application/json",
        ".md" => "text/markdown; charset=utf-8",
        _ => "application/octet-stream",
    };
}

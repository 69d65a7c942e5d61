using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using WrnCloud.Errors;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Storage;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Hosting;
using WrnCloud.TrainerJob.Runtime;
using WrnCloud.Weights;

namespace WrnCloud.TrainerJob.Weights;

/// <summary>
/// One claimed import from the uploaded file to its end: read by hash, convert, check, publish a version where there is a classifier, write the set's
/// manifest last. An import that ended half-way begins anew; nothing of it is in the way.
/// </summary>
internal sealed partial class WeightsImporter(
    BlobStore blobs,
    WeightsCatalog catalog,
    ModelRegistry registry,
    JobStore jobs,
    JobOutcome outcomes,
    StoreRetry retry,
    TrainerOptions options,
    TimeProvider clock,
    ILogger<WeightsImporter> logger)
{
    private const int Steps = 4;

    /// <summary>Imports; the record then knows the outcome.</summary>
    /// <param name="job">The claimed job.</param>
    /// <param name="hold">Its hold.</param>
    /// <param name="reporter">Hears the progress.</param>
    /// <param name="computing">Told of work that computes on when the import is stopped.</param>
    /// <exception cref="WrnException">The file can't be imported; the code is the job's reason.</exception>
    public async Task RunAsync(Job job, JobHold hold, RunReporter reporter, Action<Task> computing)
    {
        try
        {
            await ImportAsync(job, hold, reporter, computing);
        }
        catch (WrnException)
        {
            await TryForgetAsync(job, hold.LastWrites);
            throw;
        }
    }

    private async Task ImportAsync(Job job, JobHold hold, RunReporter reporter, Action<Task> computing)
    {
        var import = job.Import!;
        if (await StandingAsync(job, hold.Stop) is { } standing)
        {
            await EndAsync(job, standing, hold, reporter);
            return;
        }

        Report(reporter, 0);
        if (await ReadAsync(job, hold.Stop) is not { } file)
        {
            // Another job may have imported the same file meanwhile, and removed it.
            await EndAsync(job, await StandingAsync(job, hold.Stop) ?? throw Missing(import), hold, reporter);
            return;
        }

        Report(reporter, 1);
        var weights = await ComputeAsync(() => ImportedWeights.Read(file, import), computing, hold.Stop);
        Report(reporter, 2);
        var resolved = Describe(weights, import);
        job = await UpdateAsync(job, j => JobTransitions.Identified(j, job.Attempt, resolved), hold.Stop) ?? job with { Resolved = resolved };
        LogRead(job.Id, import.Name, weights.Spec.Name, weights.Classes?.Count ?? 0);
        int? version = null;
        if (weights.Classes is null) await CheckAsync(weights, hold, computing);
        else if ((version = await PublishAsync(job, weights, hold, computing)) is null) return;
        Report(reporter, 3);
        await UploadAsync(job, WeightsCatalog.FileName(import.Name, Sha256(weights.Bytes)), weights.Bytes, hold.HandOver);
        var manifest = Manifest(job, weights) with { ServedAs = version is null ? null : $"{import.ModelName}@{version}" };
        var stands = await retry.RunAsync(job.Id, "the weights' manifest", cancel => catalog.PublishAsync(manifest, cancel), hold.HandOver);
        await EndAsync(job, stands, hold, reporter);
    }

    // Without a classifier there is nothing to compare: the network has to compute numbers.
    private static async Task CheckAsync(ImportedWeights weights, JobHold hold, Action<Task> computing)
    {
        if (!await ComputeAsync(() => ServedWeights.Computes(weights), computing, hold.Stop))
            throw new WrnException(ErrorCatalogue.WeightsUnfit, "The network computes no numbers with these weights.");
    }

    // Null when the job was cancelled before.
    private async Task<int?> PublishAsync(Job job, ImportedWeights weights, JobHold hold, Action<Task> computing)
    {
        var import = job.Import!;
        var (artefacts, parity) = await ComputeAsync(() => ServedWeights.Export(weights, import, clock), computing, hold.Stop);
        var version = await retry.RunAsync(
            job.Id, "the model's index", cancel => registry.ReserveVersionAsync(import.ModelName, job.Id, cancel), hold.Stop);
        if (await UpdateAsync(job, j => JobTransitions.BeginPublishing(j, job.Attempt, version), hold.HandOver) is null)
        {
            await outcomes.StopAsync(job, StopReason.Cancelled, hold.LastWrites);
            return null;
        }

        ServedWeights.Describe(job, version, Manifest(job, weights), parity, NativeRuntime.Prepare(options.Threads), artefacts);
        foreach (var (name, bytes) in artefacts)
            await UploadAsync(job, ModelRegistry.ArtifactName(import.ModelName, version, job.Attempt, name), bytes, hold.HandOver);
        var manifest = VersionManifest(job, version, weights, parity, artefacts);
        var stands = await retry.RunAsync(job.Id, "the version's manifest", cancel => registry.PublishAsync(manifest, cancel), hold.HandOver);
        if (stands.Parity.Passed) return version;
        var difference = $"The export of version {version} differs from the network by up to {stands.Parity.MaxProbabilityDifference:g3}.";
        throw new WrnException(ErrorCatalogue.ParityFailed, difference);
    }

    // What stands decides: the same import is done, another one has taken the name.
    private async Task EndAsync(Job job, WeightsManifest standing, JobHold hold, RunReporter reporter)
    {
        if (standing.ImportHash != job.Import!.Hash)
            throw new WrnException(ErrorCatalogue.AlreadyExists, $"Weights '{standing.Name}' with other content exist.");
        await TryForgetAsync(job, hold.LastWrites);
        var version = ModelReference.TryParse(standing.ServedAs ?? "", out var served, out _) ? served.Version : null;
        Report(reporter, Steps);
        await outcomes.SucceedAsync(job, version, reporter.Progress, null, hold.LastWrites);
        LogImported(job.Id, standing.Name, standing.Network);
    }

    private Task<WeightsManifest?> StandingAsync(Job job, CancellationToken stop) =>
        retry.RunAsync(job.Id, "the weights' manifest", cancel => catalog.FindAsync(job.Import!.Name, cancel), stop);

    // Null when it is gone.
    private async Task<byte[]?> ReadAsync(Job job, CancellationToken stop)
    {
        var import = job.Import!;
        var name = WeightsCatalog.UploadName(import.Name, import.File.Sha256);
        var blob = await retry.RunAsync(job.Id, "the uploaded weights", cancel => blobs.ReadAsync(name, cancel, WeightsFile.MaxBytes), stop);
        if (blob is null) return null;
        var hash = Sha256(blob.Bytes.Span);
        return hash == import.File.Sha256
            ? blob.Bytes.ToArray()
            : throw new WrnException(ErrorCatalogue.UploadMismatch, $"The uploaded file has the hash {hash}, not {import.File.Sha256}.");
    }

    // Nothing that computes looks at a token: the import lets go of it, and it ends by itself.
    private static async Task<T> ComputeAsync<T>(Func<T> compute, Action<Task> computing, CancellationToken stop)
    {
        var work = Task.Run(compute, stop);
        computing(work);
        return await work.WaitAsync(stop);
    }

    private Task<Job?> UpdateAsync(Job job, Func<Job, Job?> change, CancellationToken end) =>
        retry.RunAsync(job.Id, "the job's record", cancel => jobs.UpdateAsync(job.Id, s => change(s.Job), cancel), end);

    private Task<bool> UploadAsync(Job job, BlobName name, byte[] bytes, CancellationToken end) => retry.RunAsync(
        job.Id,
        name.Path,
        cancel => blobs.TryUploadAsync(name, new MemoryStream(bytes, writable: false), ModelPublisher.ContentType(name.Path), cancel),
        end);

    private static ResolvedTraining Describe(
        ImportedWeights weights, WeightsImport import) =>
        import.Describe(weights.Spec, weights.Classes?.Count ?? 0) with
        {
            Init = new ResolvedInit(import.Name, null, Sha256(weights.Bytes), false, Freeze.None) { Source = Origin(import) },
        };

    private static string Origin(WeightsImport import) => $"{import.Source ?? WeightsImport.NotGiven}, {import.Licence ?? WeightsImport.NotGiven}";

    private WeightsManifest Manifest(Job job, ImportedWeights weights) => new()
    {
        Name = job.Import!.Name,
        Network = weights.Spec.Name,
        Normalisation = job.Import.Normalisation,
        Sha256 = Sha256(weights.Bytes),
        Source = job.Import.Source ?? WeightsImport.NotGiven,
        Licence = job.Import.Licence ?? WeightsImport.NotGiven,
        Classes = weights.Classes,
        ImageSize = job.Import.ImageSize,
        Resize = job.Import.Resize,
        Interpolation = job.Import.Interpolation,
        Folded = weights.IsFolded ? true : null,
        File = job.Import.File,
        ImportHash = job.Import.Hash,
        JobId = job.Id,
        CreatedAt = clock.GetUtcNow(),
    };

    private ModelVersion VersionManifest(
        Job job, int version, ImportedWeights weights, ParityResult parity, Dictionary<string, byte[]> artefacts) =>
        new()
        {
            Name = job.Resolved.ModelName,
            Version = version,
            JobId = job.Id,
            Attempt = job.Attempt,
            CreatedAt = clock.GetUtcNow(),
            Architecture = job.Resolved.Model,
            Dataset = job.Resolved.Dataset,
            DatasetHash = job.Resolved.DatasetHash,
            Classes = weights.Classes!,
            Recipe = job.Resolved.Recipe,
            ConfigHash = job.ConfigHash,
            Top1 = null,
            Parity = parity,
            Files = ModelPublisher.Describe(artefacts),
        };

    private async Task TryForgetAsync(Job job, CancellationToken end)
    {
        try
        {
            await blobs.DeleteAsync(WeightsCatalog.UploadName(job.Import!.Name, job.Import.File.Sha256), end);
        }
#pragma warning disable CA1031 // Store or identity: the outcome matters more, and the store's own rules remove the file.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotForgotten(job.Id, e);
        }
    }

    private static void Report(RunReporter reporter, int step) => reporter.Report(new JobProgress(0, 0, step, Steps, 0, null, null, null));

    private static WrnException Missing(WeightsImport import) =>
        new(ErrorCatalogue.UploadMismatch, $"The file of the weights '{import.Name}' has not been uploaded, or was removed. Import it again.");

    private static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    [LoggerMessage(120, LogLevel.Information, "Job {JobId} read the weights '{Name}': {Network}, {Classes} classes")]
    private partial void LogRead(string jobId, string name, string network, int classes);

    [LoggerMessage(121, LogLevel.Information, "Job {JobId} imported the weights '{Name}' of {Network}")]
    private partial void LogImported(string jobId, string name, string network);

    [LoggerMessage(122, LogLevel.Warning, "Job {JobId}: the uploaded file could not be removed; it goes by itself after some days")]
    private partial void LogNotForgotten(string jobId, Exception exception);
}

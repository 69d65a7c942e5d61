using System.Security.Cryptography;
using Azure;
using Microsoft.Extensions.Logging;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Safetensors;
using WrnCloud.Storage;

namespace WrnCloud.TrainerJob.Checkpoints;

/// <summary>A job's checkpoints in the store. An attempt writes under its own folder; any attempt may read those of earlier ones.</summary>
public sealed partial class CheckpointStore(BlobStore blobs, ILogger<CheckpointStore> logger)
{
    private const string Folder = "checkpoints";
    private const string ManifestFile = "manifest.json";
    private const int Keep = 2;

    /// <summary>Writes a checkpoint, its manifest last, then removes the attempt's older ones beyond the last two and the best.</summary>
    public async Task SaveAsync(Job job, CheckpointFiles checkpoint, double? top1, CancellationToken cancellationToken)
    {
        var folder = FolderOf(job.Id, job.Attempt, checkpoint.Position.Step);
        var files = new List<ArtifactFile>();
        foreach (var (name, content) in checkpoint.Files)
        {
            var bytes = content.ToBytes();
            await blobs.TryUploadAsync(folder.Child(name), new MemoryStream(bytes, writable: false), "application/octet-stream", cancellationToken);
            files.Add(new ArtifactFile(name, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))));
        }

        var manifest = new CheckpointManifest(1, job.Id, job.Attempt, job.ConfigHash, checkpoint.Position, top1, files);
        await blobs.TryCreateJsonAsync(folder.Child(ManifestFile), manifest, cancellationToken);
        try
        {
            await PruneAsync(job, cancellationToken);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            // What should be gone stays until the next checkpoint; this one is safe.
            LogNotPruned(job.Id, e);
        }
    }

    /// <summary>
    /// The newest checkpoint that verifies (highest step, then highest attempt), with the attempt that wrote it; null when there is none.
    /// With <paramref name="below"/>, only those of fewer steps.
    /// </summary>
    public async Task<(CheckpointFiles Checkpoint, int Attempt)?> FindLatestAsync(Job job, long? below, CancellationToken cancellationToken)
    {
        var manifests = await ListAsync(job.Id, null, cancellationToken);
        var newestFirst = manifests.Where(m => below is null || m.Step < below)
            .OrderByDescending(m => m.Step)
            .ThenByDescending(m => m.Attempt);
        foreach (var (attempt, step) in newestFirst)
        {
            try
            {
                return (await ReadAsync(job, attempt, step, cancellationToken), attempt);
            }
            catch (Exception e) when (e is CheckpointException or InvalidDataException)
            {
                LogSkipped(job.Id, attempt, step, e.Message);
            }
        }

        return null;
    }

    private static BlobName FolderOf(string jobId, int attempt, long step) =>
        JobStore.AttemptFolder(jobId, attempt).Child(Folder, step.ToString("D10"));

    private async Task<CheckpointFiles> ReadAsync(Job job, int attempt, int step, CancellationToken cancellationToken)
    {
        var folder = FolderOf(job.Id, attempt, step);
        var manifest = await blobs.ReadJsonAsync<CheckpointManifest>(folder.Child(ManifestFile), cancellationToken)
            ?? throw new CheckpointException("The manifest is gone.");
        if (manifest.Schema != 1) throw new CheckpointException($"The manifest has schema {manifest.Schema}; this trainer reads 1.");
        if (manifest.ConfigHash != job.ConfigHash)
            throw new CheckpointException($"The checkpoint belongs to the configuration {manifest.ConfigHash}, the job to {job.ConfigHash}.");
        var files = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        foreach (var file in manifest.Files)
        {
            var blob = await blobs.ReadAsync(folder.Child(file.Name), cancellationToken, 4L << 30)
                ?? throw new CheckpointException($"{file.Name} is gone.");
            var hash = Convert.ToHexStringLower(SHA256.HashData(blob.Bytes.Span));
            if (blob.Bytes.Length != file.Length || hash != file.Sha256)
                throw new CheckpointException($"{file.Name} has the hash {hash}, not {file.Sha256}.");
            files[file.Name] = TensorArchive.Read(blob.Bytes);
        }

        return new CheckpointFiles(files, manifest.Position);
    }

    // Newest first. Only what has a manifest counts; what has none is an upload that was cut off.
    private async Task<List<(int Attempt, int Step)>> ListAsync(string jobId, int? onlyAttempt, CancellationToken cancellationToken)
    {
        var found = new List<(int, int)>();
        var prefix = onlyAttempt is { } own ? $"{jobId}/attempts/{own}/{Folder}/" : $"{jobId}/attempts/";
        await foreach (var path in blobs.ListAsync(Containers.Jobs, prefix, cancellationToken))
        {
            var parts = path.Split('/');
            if (parts is [_, _, var attempt, Folder, var step, ManifestFile]) found.Add((int.Parse(attempt), int.Parse(step)));
        }

        return found;
    }

    // An attempt prunes its own; those of older attempts only once it has two good ones itself.
    private async Task PruneAsync(Job job, CancellationToken cancellationToken)
    {
        var own = await ListAsync(job.Id, job.Attempt, cancellationToken);
        var recent = own.OrderByDescending(c => c.Step).Take(Keep).ToList();
        var best = await BestAsync(job, own, cancellationToken);
        var doomed = own.Where(c => !recent.Contains(c) && c != best).ToList();
        if (own.Count >= Keep) doomed.AddRange((await ListAsync(job.Id, null, cancellationToken)).Where(c => c.Attempt < job.Attempt));
        foreach (var (attempt, step) in doomed) await DeleteAsync(job.Id, attempt, step, cancellationToken);
    }

    private async Task<(int Attempt, int Step)> BestAsync(Job job, List<(int Attempt, int Step)> own, CancellationToken cancellationToken)
    {
        var best = (Attempt: 0, Step: 0);
        double? top = null;
        foreach (var (attempt, step) in own)
        {
            var manifest = await blobs.ReadJsonAsync<CheckpointManifest>(FolderOf(job.Id, attempt, step).Child(ManifestFile), cancellationToken);
            if (manifest?.Top1 is not { } top1 || (top is not null && top1 <= top)) continue;
            best = (attempt, step);
            top = top1;
        }

        return best;
    }

    // The manifest first: a checkpoint that is half gone must not look whole.
    private async Task DeleteAsync(string jobId, int attempt, int step, CancellationToken cancellationToken)
    {
        var folder = FolderOf(jobId, attempt, step);
        await blobs.DeleteAsync(folder.Child(ManifestFile), cancellationToken);
        await foreach (var path in blobs.ListAsync(Containers.Jobs, folder.Path + "/", cancellationToken))
            await blobs.DeleteAsync(BlobName.Of(Containers.Jobs, path.Split('/')), cancellationToken);
    }

    [LoggerMessage(98, LogLevel.Warning, "Job {JobId}: older checkpoints could not be removed")]
    private partial void LogNotPruned(string jobId, Exception exception);

    [LoggerMessage(80, LogLevel.Warning, "Job {JobId}: the checkpoint of attempt {Attempt} at step {Step} is passed over: {Why}")]
    private partial void LogSkipped(string jobId, int attempt, int step, string why);
}

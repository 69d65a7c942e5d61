using System.Runtime.CompilerServices;
using WrnCloud.Hosting;
using WrnCloud.Storage;

namespace WrnCloud.Jobs;

/// <summary>
/// Job records in the store. Every change goes through <see cref="UpdateAsync"/>: read, decide, conditional write, again on conflict.
/// </summary>
public sealed class JobStore(BlobStore blobs, IIdSource ids)
{
    /// <summary>The record's blob.</summary>
    public static BlobName RecordName(string jobId) => BlobName.Of(Containers.Jobs, jobId, "job.json");

    /// <summary>Where an attempt writes.</summary>
    public static BlobName AttemptFolder(string jobId, int attempt) => BlobName.Of(Containers.Jobs, jobId, "attempts", attempt.ToString());

    /// <summary>Creates the record, its entry among the active jobs first. False when the record exists.</summary>
    public async Task<bool> CreateAsync(Job job, CancellationToken cancellationToken)
    {
        await blobs.TryCreateAsync(ActiveName(job.Id), ReadOnlyMemory<byte>.Empty, "application/octet-stream", cancellationToken);
        return await blobs.TryCreateJsonAsync(RecordName(job.Id), job with { WriteId = ids.NewWriteId() }, cancellationToken);
    }

    /// <summary>The record with its ETag and the time since its last write, or null when there is none.</summary>
    public async Task<StoredJob?> ReadAsync(string jobId, CancellationToken cancellationToken)
    {
        if (!BlobName.IsSegment(jobId)) return null;
        return await blobs.ReadJsonWithTagAsync<Job>(RecordName(jobId), cancellationToken) is { } read
            ? new StoredJob(read.Value, read.Blob.ETag, read.Blob.Age)
            : null;
    }

    /// <summary>
    /// Applies <paramref name="change"/> to the record as it is and writes the result on the record's ETag; on a conflict reads and
    /// decides again. The written record, or null when the change was void or the record does not exist.
    /// </summary>
    public async Task<Job?> UpdateAsync(string jobId, Func<StoredJob, Job?> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await ReadAsync(jobId, cancellationToken) is not { } stored || change(stored) is not { } changed) return null;
            var written = changed with { WriteId = ids.NewWriteId() };
            if (await blobs.TryReplaceJsonAsync(RecordName(jobId), written, stored.ETag, cancellationToken) is null) continue;
            if (written.IsTerminal) await TryForgetActiveAsync(jobId, cancellationToken);
            return written;
        }
    }

    /// <summary>One page of jobs, newest first; <paramref name="continuation"/> is the previous page's token.</summary>
    public async Task<(IReadOnlyList<Job> Jobs, string? Next)> ListAsync(string? continuation, int count, CancellationToken cancellationToken)
    {
        var (ids, next) = await blobs.ListFoldersAsync(Containers.Jobs, null, continuation, count, cancellationToken);
        var jobs = await Task.WhenAll(ids.Select(id => ReadAsync(id, cancellationToken)));
        return ([.. jobs.OfType<StoredJob>().Select(s => s.Job)], next);
    }

    /// <summary>Ids of the jobs that have not ended, newest first. May name one that ended a moment ago.</summary>
    public IAsyncEnumerable<string> ListActiveAsync(CancellationToken cancellationToken) =>
        blobs.ListAsync(Containers.JobsActive, null, cancellationToken);

    /// <summary>The jobs that have not ended, newest first.</summary>
    public async IAsyncEnumerable<Job> ReadActiveAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var id in ListActiveAsync(cancellationToken))
        {
            if (await ReadAsync(id, cancellationToken) is { Job: { IsTerminal: false } job }) yield return job;
        }
    }

    /// <summary>Removes a job's entry among the active ones, for one whose record is terminal or was never written.</summary>
    public Task ForgetActiveAsync(string jobId, CancellationToken cancellationToken) => blobs.DeleteAsync(ActiveName(jobId), cancellationToken);

    // The record is written: an entry that stays behind is removed by the upkeep timer.
    private async Task TryForgetActiveAsync(string jobId, CancellationToken cancellationToken)
    {
        try
        {
            await ForgetActiveAsync(jobId, cancellationToken);
        }
        catch (Exception e) when (e is Azure.RequestFailedException or AggregateException or OperationCanceledException)
        {
            // See above.
        }
    }

    private static BlobName ActiveName(string jobId) => BlobName.Of(Containers.JobsActive, jobId);
}

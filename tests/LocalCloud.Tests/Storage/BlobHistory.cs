using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace WrnCloud.LocalCloud.Tests.Storage;

/// <summary>One blob that one writer changes again and again, what the store has acknowledged of it, and the change that it may or may not have made.</summary>
internal sealed class BlobHistory(BlobHistory.Kind kind, string name)
{
    private const string Note = "note";

    private Content _acknowledged = new(null, null, null, null);
    private Content? _pending;

    public enum Kind
    {
        /// <summary>Replaced, deleted, given metadata.</summary>
        Block,

        /// <summary>Appended to.</summary>
        Append,

        /// <summary>Replaced by blocks and a list of them.</summary>
        Staged,

        /// <summary>Leased and released.</summary>
        Leased,
    }

    /// <summary>One random change.</summary>
    /// <exception cref="RequestFailedException">The store did not acknowledge it.</exception>
    public async Task ChangeAsync(BlobContainerClient blobs, Random random)
    {
        switch (kind)
        {
            case Kind.Append:
                await AppendAsync(blobs.GetAppendBlobClient(name), Bytes(random));
                break;
            case Kind.Staged:
                await StageAsync(blobs.GetBlockBlobClient(name), Bytes(random));
                break;
            case Kind.Leased when _acknowledged.Bytes is not null:
                await LeaseAsync(blobs.GetBlobClient(name));
                break;
            default:
                await ReplaceAsync(blobs.GetBlobClient(name), random);
                break;
        }
    }

    /// <summary>Holds the store against what it acknowledged; the change that was under way is made whole or not at all.</summary>
    public async Task CheckAsync(BlobContainerClient blobs)
    {
        var found = await ReadAsync(blobs.GetBlobClient(name));
        if (Same(found, _acknowledged) && (found.Bytes is null || found.ETag == _acknowledged.ETag)) return;
        Assert.True(_pending is not null && Same(found, _pending), $"{name} is {found}; acknowledged was {_acknowledged}, under way {_pending}.");
        _acknowledged = found;
    }

    private static bool Same(Content one, Content other) =>
        (one.Bytes is null) == (other.Bytes is null) && one.Bytes.AsSpan().SequenceEqual(other.Bytes) && one.Note == other.Note && (one.Lease is null) == (other.Lease is null);

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[random.Next(1, 2000)];
        random.NextBytes(bytes);
        return bytes;
    }

    private async Task<Content> ReadAsync(BlobClient blob)
    {
        try
        {
            var read = (await blob.DownloadContentAsync()).Value;
            var details = read.Details;
            var lease = details.LeaseState == LeaseState.Leased ? _acknowledged.Lease ?? _pending?.Lease : null;
            return new Content(read.Content.ToArray(), details.Metadata.TryGetValue(Note, out var note) ? note : null, lease, details.ETag);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return new Content(null, null, null, null);
        }
    }

    private Task ReplaceAsync(BlobClient blob, Random random) => (_acknowledged.Bytes is null ? 0 : random.Next(4)) switch
    {
        1 => MakeAsync(new Content(null, null, null, null), async () =>
        {
            await blob.DeleteAsync();
            return null;
        }),
        2 when random.Next() is var note => MakeAsync(
            _acknowledged with { Note = $"{note}" }, async () => (await blob.SetMetadataAsync(new Dictionary<string, string> { [Note] = $"{note}" })).Value.ETag),
        _ when Bytes(random) is var bytes => MakeAsync(
            new Content(bytes, null, null, null), async () => (await blob.UploadAsync(new BinaryData(bytes), overwrite: true)).Value.ETag),
        _ => throw new InvalidOperationException(),
    };

    private async Task AppendAsync(AppendBlobClient blob, byte[] bytes)
    {
        if (_acknowledged.Bytes is null)
            await MakeAsync(new Content([], null, null, null), async () => (await blob.CreateAsync(new AppendBlobCreateOptions())).Value.ETag);
        var length = _acknowledged.Bytes!.Length;
        await MakeAsync(_acknowledged with { Bytes = [.. _acknowledged.Bytes, .. bytes] }, async () =>
        {
            using var stream = new MemoryStream(bytes);
            var options = new AppendBlobAppendBlockOptions { Conditions = new AppendBlobRequestConditions { IfAppendPositionEqual = length } };
            return (await blob.AppendBlockAsync(stream, options)).Value.ETag;
        });
    }

    private async Task StageAsync(BlockBlobClient blob, byte[] bytes)
    {
        string[] ids = [.. bytes.Chunk(700).Select((_, i) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{i:0000}")))];
        foreach (var (id, chunk) in ids.Zip(bytes.Chunk(700)))
        {
            using var stream = new MemoryStream(chunk);
            await blob.StageBlockAsync(id, stream);
        }

        await MakeAsync(new Content(bytes, null, null, null), async () => (await blob.CommitBlockListAsync(ids)).Value.ETag);
    }

    private Task LeaseAsync(BlobClient blob)
    {
        var lease = blob.GetBlobLeaseClient(_acknowledged.Lease);
        return _acknowledged.Lease is null
            ? MakeAsync(_acknowledged with { Lease = lease.LeaseId }, async () => (await lease.AcquireAsync(BlobLeaseClient.InfiniteLeaseDuration)).Value.ETag)
            : MakeAsync(_acknowledged with { Lease = null }, async () => (await lease.ReleaseAsync()).Value.ETag);
    }

    private async Task MakeAsync(Content next, Func<Task<ETag?>> change)
    {
        _pending = next;
        _acknowledged = next with { ETag = await change() };
        _pending = null;
    }

    private sealed record Content(byte[]? Bytes, string? Note, string? Lease, ETag? ETag)
    {
        public override string ToString() => Bytes is null ? "absent" : $"{Bytes.Length} bytes, note {Note}, lease {Lease}, {ETag}";
    }
}

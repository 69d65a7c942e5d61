using WrnCloud.Jobs;
using WrnCloud.Storage;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>
/// A file of an attempt that only grows, its metrics above all:
/// records gather here and are appended in blocks, each on the blob's length.
/// The attempt is the file's only writer,
/// so a length that is not the expected one says how much of an append whose answer was lost has arrived.
/// An append blob that is nearly full is left, and the file goes on in the next part.
/// </summary>
/// <param name="blobs">The store.</param>
/// <param name="part">The blob of each part, counted from 1.</param>
/// <param name="maxBlocks">Blocks of a part.</param>
internal sealed class MetricsLog(BlobStore blobs, Func<int, BlobName> part, int maxBlocks = MetricsLog.MaxBlocks) : IDisposable
{
    // A blob ends at 50,000; the rest is for appends whose answers were lost.
    private const int MaxBlocks = 49_000;

    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _gate = new();
    private readonly List<byte> _pending = [];
    private long _length;
    private int _blocks;
    private int _part = 1;

    public MetricsLog(BlobStore blobs, Job job, int maxBlocks = MaxBlocks)
        : this(blobs, part => JobStore.AttemptFolder(job.Id, job.Attempt).Child(MetricsFile.PartName(part)), maxBlocks)
    {
    }

    public void Dispose() => _writing.Dispose();

    /// <summary>Adds a line.</summary>
    public void Add(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            _pending.AddRange(line);
            _pending.Add((byte)'\n');
        }
    }

    /// <summary>Adds a record as it is.</summary>
    public void AddRecord(ReadOnlySpan<byte> record)
    {
        lock (_gate) _pending.AddRange(record);
    }

    /// <summary>Writes the pending records. After a failure nothing is lost or doubled: the next call goes on where the file ends.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                byte[] block;
                lock (_gate) block = [.. _pending];
                if (block.Length == 0) return;

                // Only between whole records: what arrived of the last block is known by now.
                if (_blocks >= maxBlocks) (_part, _blocks, _length) = (_part + 1, 0, 0);
                await AppendAsync(part(_part), block, cancellationToken);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task AppendAsync(BlobName file, byte[] block, CancellationToken cancellationToken)
    {
        var length = await blobs.AppendAsync(file, _length, block, cancellationToken);
        var arrived = length - _length;
        if (arrived < 0 || arrived > block.Length)
            throw new InvalidDataException($"{file} is {length} bytes long; this attempt wrote {_length} to {_length + block.Length}.");
        lock (_gate) _pending.RemoveRange(0, (int)arrived);
        _length = length;
        if (arrived > 0) _blocks++;
    }
}

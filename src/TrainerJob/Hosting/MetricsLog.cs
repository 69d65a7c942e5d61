using WrnCloud.Jobs;
using WrnCloud.Storage;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>
/// A file of an attempt that only grows, its metrics above all: records gather here and are appended in blocks, each on the file's length. The attempt is the file's only writer, so a length
/// that is not the expected one says how much of an append whose answer was lost has arrived.
/// </summary>
internal sealed class MetricsLog(BlobStore blobs, BlobName file) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _gate = new();
    private readonly List<byte> _pending = [];
    private long _length;

    public MetricsLog(BlobStore blobs, Job job) : this(blobs, JobStore.AttemptFolder(job.Id, job.Attempt).Child(MetricsFile.Name))
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

    /// <summary>Writes what waits. After a failure nothing is lost or doubled: the next call goes on where the file ends.</summary>
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
                var length = await blobs.AppendAsync(file, _length, block, cancellationToken);
                var arrived = length - _length;
                if (arrived < 0 || arrived > block.Length) throw new InvalidDataException($"{file} is {length} bytes long; this attempt wrote {_length} to {_length + block.Length}.");
                lock (_gate) _pending.RemoveRange(0, (int)arrived);
                _length = length;
                if (arrived == block.Length) return;
            }
        }
        finally
        {
            _writing.Release();
        }
    }
}

using Microsoft.Extensions.Options;
using WrnCloud.Errors;
using WrnCloud.Models;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Scoring;

/// <summary>
/// A cache of loaded models within a limit in bytes: the least recently used are evicted, and while all loaded models are in use, callers of another
/// one wait. A model's bytes are checked against its manifest before they are loaded; callers of the same model share one load, and callers of others
/// don't wait for it.
/// </summary>
public sealed class ModelCache(BlobStore blobs, IOptions<ScoringOptions> options) : IDisposable
{
    public const string OnnxFile = "model.onnx";

    // ONNX Runtime keeps the weights once, and once more prepared for its kernels; a session needs some memory besides.
    private const int CopiesOfWeights = 2;
    private const long SessionBytes = 8L << 20;

    private readonly long _capacity = (long)options.Value.ModelMegabytes << 20;

    // Guards the list, each entry's users and the signal.
    private readonly Lock _gate = new();
    private readonly LinkedList<Entry> _entries = new();
    private TaskCompletionSource _released = NewSignal();

    /// <summary>Estimated bytes of the loaded models.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate) return _entries.Sum(e => e.Bytes);
        }
    }

    /// <summary>The model of a version, kept loaded for the caller until the returned lease is disposed.</summary>
    /// <exception cref="WrnException"><c>model-not-servable</c>: its file is not the published one, or is larger than the whole limit.</exception>
    public async Task<ModelLease> UseAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        var entry = await PinAsync(version, cancellationToken);
        try
        {
            // All waiting callers share the load: one caller's cancellation must not end it.
            var onnx = await entry.Loading.Value.WaitAsync(cancellationToken);
            return new ModelLease(onnx, entry.Run, () => Unpin(entry));
        }
        catch
        {
            Unpin(entry);
            throw;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var entry in _entries) entry.Dispose();
            _entries.Clear();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static ArtifactFile FileOf(ModelVersion version) => version.Files.FirstOrDefault(f => f.Name == OnnxFile)
        ?? throw new WrnException(ErrorCatalogue.ModelNotServable, $"The model {NameOf(version)} has no {OnnxFile}.");

    private static string NameOf(ModelVersion version) => $"'{version.Name}', version {version.Version},";

    private async Task<Entry> PinAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        var bytes = (FileOf(version).Length * CopiesOfWeights) + SessionBytes;
        if (bytes > _capacity)
        {
            throw new WrnException(
                ErrorCatalogue.ModelNotServable,
                $"The model {NameOf(version)} takes about {bytes >> 20} MiB; "
                    + $"{_capacity >> 20} MiB are kept for models here (Scoring__ModelMegabytes).");
        }

        while (true)
        {
            Task released;
            lock (_gate)
            {
                if (TryPin(version, bytes) is { } entry) return entry;
                released = _released.Task;
            }

            await released.WaitAsync(cancellationToken);
        }
    }

    // Null while there is not enough room.
    private Entry? TryPin(ModelVersion version, long bytes)
    {
        var entry = _entries.FirstOrDefault(e => e.Name == version.Name && e.Version == version.Version);
        if (entry is not null) _entries.Remove(entry);

        // A failed load is removed: this caller tries again.
        if (entry is null or { HasFailed: true })
        {
            if (!MakeRoom(bytes)) return null;
            entry = new Entry(version, bytes, LoadAsync);
        }

        _entries.AddFirst(entry);
        entry.Users++;
        return entry;
    }

    private bool MakeRoom(long bytes)
    {
        var used = _entries.Sum(e => e.Bytes);
        for (var node = _entries.Last; node is not null && used + bytes > _capacity;)
        {
            var (idle, previous) = (node.Value, node.Previous);
            if (idle is { Users: 0, IsLoaded: true })
            {
                used -= idle.Bytes;
                _entries.Remove(node);
                idle.Dispose();
            }

            node = previous;
        }

        return used + bytes <= _capacity;
    }

    private void Unpin(Entry entry)
    {
        TaskCompletionSource released;
        lock (_gate)
        {
            entry.Users--;
            if (entry.HasFailed) _entries.Remove(entry);
            (released, _released) = (_released, NewSignal());
        }

        released.TrySetResult();
    }

    private async Task<OnnxModel> LoadAsync(ModelVersion version)
    {
        var file = FileOf(version);
        var name = ModelRegistry.ArtifactFolder(version.Name, version.Version, version.Attempt).Child(OnnxFile);
        try
        {
            var blob = await blobs.ReadAsync(name, CancellationToken.None, file.Length)
                ?? throw new WrnException(ErrorCatalogue.ModelNotServable, $"The file {OnnxFile} of {NameOf(version)} is missing.");
            return OnnxModel.Load(blob.Bytes, file.Sha256);
        }
        catch (InvalidDataException e)
        {
            throw new WrnException(
                ErrorCatalogue.ModelNotServable, $"The file {OnnxFile} of {NameOf(version)} is longer than the published one.", null, e);
        }
    }

    private sealed class Entry(ModelVersion version, long bytes, Func<ModelVersion, Task<OnnxModel>> load) : IDisposable
    {
        public string Name { get; } = version.Name;

        public int Version { get; } = version.Version;

        public long Bytes { get; } = bytes;

        public Lazy<Task<OnnxModel>> Loading { get; } = new(() => load(version));

        // One run at a time: a single run already uses every core.
        public SemaphoreSlim Run { get; } = new(1, 1);

        public int Users { get; set; }

        public bool IsLoaded => Loading is { IsValueCreated: true, Value.IsCompletedSuccessfully: true };

        public bool HasFailed => Loading is { IsValueCreated: true, Value: { IsCompleted: true, IsCompletedSuccessfully: false } };

        public void Dispose()
        {
            if (IsLoaded) Loading.Value.GetAwaiter().GetResult().Dispose();
            Run.Dispose();
        }
    }
}

using WrnCloud.Errors;
using WrnCloud.Models;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Scoring;

/// <summary>
/// Loaded models, the least recently used one dropped when there are too many. A model's bytes are checked against its manifest before they are loaded;
/// callers of the same model share one load, callers of others don't wait for it.
/// </summary>
public sealed class ModelCache(BlobStore blobs) : IDisposable
{
    public const string OnnxFile = "model.onnx";

    private const int Capacity = 8;

    // Guards the list and each entry's users.
    private readonly Lock _gate = new();
    private readonly LinkedList<Entry> _entries = new();

    /// <summary>The model of a version, kept loaded for the caller until the returned lease is disposed.</summary>
    public async Task<ModelLease> UseAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        var entry = Pin(version);
        try
        {
            // The load is everyone's who waits: one caller's leaving must not end it.
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

    private Entry Pin(ModelVersion version)
    {
        lock (_gate)
        {
            var entry = _entries.FirstOrDefault(e => e.Name == version.Name && e.Version == version.Version);
            if (entry is not null) _entries.Remove(entry);

            // A load that failed is forgotten: this caller tries anew.
            if (entry is null or { HasFailed: true }) entry = new Entry(version, LoadAsync);
            _entries.AddFirst(entry);
            entry.Users++;
            return entry;
        }
    }

    private void Unpin(Entry entry)
    {
        lock (_gate)
        {
            entry.Users--;
            if (entry.HasFailed) _entries.Remove(entry);
            for (var node = _entries.Last; node is not null && _entries.Count > Capacity;)
            {
                var (idle, previous) = (node.Value, node.Previous);
                if (idle.Users == 0 && idle.IsLoaded)
                {
                    _entries.Remove(node);
                    idle.Dispose();
                }

                node = previous;
            }
        }
    }

    private async Task<OnnxModel> LoadAsync(ModelVersion version)
    {
        var file = version.Files.FirstOrDefault(f => f.Name == OnnxFile)
            ?? throw new WrnException(ErrorCatalogue.ModelNotServable, $"Version {version.Version} of '{version.Name}' has no {OnnxFile}.");
        var name = ModelRegistry.ArtifactFolder(version.Name, version.Version, version.Attempt).Child(OnnxFile);
        var blob = await blobs.ReadAsync(name, CancellationToken.None)
            ?? throw new WrnException(ErrorCatalogue.ModelNotServable, $"The file {OnnxFile} of version {version.Version} of '{version.Name}' is gone.");
        return OnnxModel.Load(blob.Bytes, file.Sha256);
    }

    private sealed class Entry(ModelVersion version, Func<ModelVersion, Task<OnnxModel>> load) : IDisposable
    {
        public string Name { get; } = version.Name;

        public int Version { get; } = version.Version;

        public Lazy<Task<OnnxModel>> Loading { get; } = new(() => load(version));

        // One run at a time: ONNX Runtime uses every core for one run already.
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

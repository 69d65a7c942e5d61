using WrnCloud.Errors;
using WrnCloud.Models;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Scoring;

/// <summary>Loaded models, the least recently used one dropped when there are too many. A model's bytes are checked against its manifest before they are loaded.</summary>
public sealed class ModelCache(BlobStore blobs) : IDisposable
{
    public const string OnnxFile = "model.onnx";

    private const int Capacity = 8;

    private readonly SemaphoreSlim _loading = new(1, 1);
    private readonly LinkedList<LoadedModel> _models = new();

    /// <summary>The model of a version, held for the caller until the returned lease is disposed.</summary>
    public async Task<ModelLease> UseAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        LoadedModel model;
        await _loading.WaitAsync(cancellationToken);
        try
        {
            model = _models.FirstOrDefault(m => m.Name == version.Name && m.Version == version.Version) ?? await LoadAsync(version, cancellationToken);
            _models.Remove(model);
            _models.AddFirst(model);
            model.Users++;
            Trim();
        }
        finally
        {
            _loading.Release();
        }

        try
        {
            await model.Free.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Release(model);
            throw;
        }

        return new ModelLease(model.Onnx, () =>
        {
            model.Free.Release();
            Release(model);
        });
    }

    public void Dispose()
    {
        foreach (var model in _models) model.Dispose();
        _loading.Dispose();
    }

    private async Task<LoadedModel> LoadAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        var file = version.Files.FirstOrDefault(f => f.Name == OnnxFile)
            ?? throw new WrnException(ErrorCatalogue.ModelNotServable, $"Version {version.Version} of '{version.Name}' has no {OnnxFile}.");
        var name = ModelRegistry.ArtifactFolder(version.Name, version.Version, version.Attempt).Child(OnnxFile);
        var blob = await blobs.ReadAsync(name, cancellationToken)
            ?? throw new WrnException(ErrorCatalogue.ModelNotServable, $"The file {OnnxFile} of version {version.Version} of '{version.Name}' is gone.");
        return new LoadedModel(version.Name, version.Version, OnnxModel.Load(blob.Bytes, file.Sha256));
    }

    private void Release(LoadedModel model)
    {
        lock (_models) model.Users--;
    }

    private void Trim()
    {
        while (_models.Count > Capacity)
        {
            LoadedModel? idle;
            lock (_models) idle = _models.Skip(1).LastOrDefault(m => m.Users == 0);
            if (idle is null) return;
            _models.Remove(idle);
            idle.Dispose();
        }
    }

    private sealed class LoadedModel(string name, int version, OnnxModel onnx) : IDisposable
    {
        public string Name { get; } = name;

        public int Version { get; } = version;

        public OnnxModel Onnx { get; } = onnx;

        // One run at a time: ONNX Runtime uses every core for one run already.
        public SemaphoreSlim Free { get; } = new(1, 1);

        public int Users { get; set; }

        public void Dispose()
        {
            Onnx.Dispose();
            Free.Dispose();
        }
    }
}

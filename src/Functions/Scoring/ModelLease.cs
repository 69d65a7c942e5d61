namespace WrnCloud.Functions.Scoring;

/// <summary>A model in use by one caller.</summary>
public sealed class ModelLease(OnnxModel onnx, Action release) : IDisposable
{
    private Action? _release = release;

    public OnnxModel Onnx { get; } = onnx;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}

namespace WrnCloud.Functions.Scoring;

/// <summary>A model that stays loaded for one caller until it is disposed.</summary>
public sealed class ModelLease : IDisposable
{
    private readonly SemaphoreSlim _run;
    private Action? _release;

    internal ModelLease(OnnxModel onnx, SemaphoreSlim run, Action release)
    {
        Onnx = onnx;
        _run = run;
        _release = release;
    }

    /// <summary>The model. Predict only between <see cref="EnterRunAsync"/> and <see cref="ExitRun"/>.</summary>
    public OnnxModel Onnx { get; }

    /// <summary>Waits for exclusive use of the model.</summary>
    public Task EnterRunAsync(CancellationToken cancellationToken) => _run.WaitAsync(cancellationToken);

    /// <summary>Lets the next caller run.</summary>
    public void ExitRun() => _run.Release();

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}

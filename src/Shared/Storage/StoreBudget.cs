namespace WrnCloud.Storage;

/// <summary>The time limit of one call to the store, retries included.</summary>
/// <param name="Try">Longest wait for one try's response, and for each read of a body.</param>
/// <param name="Total">Longest time for all tries of one call together.</param>
public sealed record StoreBudget(TimeSpan Try, TimeSpan Total)
{
    private static readonly AsyncLocal<StoreBudget?> Ambient = new();

    /// <summary>The budget of the calls in this execution context; null where the client's own applies.</summary>
    public static StoreBudget? Current => Ambient.Value;

    /// <summary>Applies this budget instead of the client's own to this execution context's calls until the returned value is disposed.</summary>
    public IDisposable Use()
    {
        var before = Ambient.Value;
        Ambient.Value = this;
        return new Scope(before);
    }

    private sealed class Scope(StoreBudget? before) : IDisposable
    {
        public void Dispose() => Ambient.Value = before;
    }
}

namespace WrnCloud.Storage;

/// <summary>How long one call to the store may take, its retries included.</summary>
/// <param name="Try">Longest wait for one try's answer, and for each read of a body.</param>
/// <param name="Total">Longest time for all tries of one call together.</param>
public sealed record StoreBudget(TimeSpan Try, TimeSpan Total)
{
    private static readonly AsyncLocal<StoreBudget?> Ambient = new();

    /// <summary>The budget of the calls that this flow of execution makes; null where the client's own holds.</summary>
    public static StoreBudget? Current => Ambient.Value;

    /// <summary>Gives the calls of this flow, until the returned value is disposed, this budget instead of the client's own.</summary>
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

using WrnCloud.Messaging;

namespace WrnCloud.MessagingBench;

/// <summary>Connections that are closed together.</summary>
internal sealed class Connections(IEnumerable<IJobQueues> items) : IAsyncDisposable
{
    public IReadOnlyList<IJobQueues> Items { get; } = [.. items];

    public async ValueTask DisposeAsync()
    {
        foreach (var item in Items) await item.DisposeAsync();
    }
}

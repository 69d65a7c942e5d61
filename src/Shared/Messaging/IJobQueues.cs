namespace WrnCloud.Messaging;

/// <summary>A namespace: opens queues by path. Disposing it closes every queue that it opened.</summary>
public interface IJobQueues : IAsyncDisposable
{
    /// <summary>Opens <paramref name="path"/> lazily: the connection is made on first use.</summary>
    IJobQueue Open(string path);
}

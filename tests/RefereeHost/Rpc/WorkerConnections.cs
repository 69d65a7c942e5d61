using System.Collections.Concurrent;

namespace WrnCloud.RefereeHost.Rpc;

/// <summary>The streams of the workers that have connected, each handed out once.</summary>
internal sealed class WorkerConnections
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<WorkerChannel>> _channels = new();

    public void Add(string workerId, WorkerChannel channel) => Source(workerId).TrySetResult(channel);

    /// <summary>Completes when the worker of that id has connected.</summary>
    public Task<WorkerChannel> ConnectedAsync(string workerId) => Source(workerId).Task;

    private TaskCompletionSource<WorkerChannel> Source(string workerId) =>
        _channels.GetOrAdd(workerId, _ => new TaskCompletionSource<WorkerChannel>(TaskCreationOptions.RunContinuationsAsynchronously));
}

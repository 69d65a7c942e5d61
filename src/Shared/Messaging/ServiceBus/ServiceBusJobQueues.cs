using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;

namespace WrnCloud.Messaging.ServiceBus;

/// <summary>Queues over Azure.Messaging.ServiceBus: one connection, opened on first use and again after a break.</summary>
/// <remarks>
/// A settlement whose reply was lost to a break is sent again; if the first one had taken effect, the caller sees
/// <see cref="MessagingFailure.LockLost"/>.
/// </remarks>
public sealed class ServiceBusJobQueues : IJobQueues
{
    private readonly ServiceBusClient _client;
    private readonly ServiceBusBudget _budget;
    private readonly TimeProvider _time;
    private readonly ConcurrentBag<ServiceBusJobQueue> _opened = [];

    /// <summary>
    /// <paramref name="connection"/> is a connection string, or a fully qualified namespace such as
    /// <c>contoso.servicebus.windows.net</c>. It connects on first use.
    /// </summary>
    public ServiceBusJobQueues(string connection, TimeProvider time, ServiceBusBudget? budget = null)
    {
        _time = time;
        _budget = budget ?? ServiceBusBudget.Job;
        _client = ServiceBusClients.Create(connection, _budget);
    }

    /// <inheritdoc/>
    public IJobQueue Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ObjectDisposedException.ThrowIf(_client.IsClosed, this);
        var queue = new ServiceBusJobQueue(_client, path, _budget, _time);
        _opened.Add(queue);
        return queue;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The queues first: a receiver returns its credit before it closes, a connection doesn't.
        await Task.WhenAll(_opened.Select(q => q.DisposeAsync().AsTask()));
        await BoundedClose.CloseAsync(() => _client.DisposeAsync(), _time);
    }
}

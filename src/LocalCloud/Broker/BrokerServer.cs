using Microsoft.Extensions.Logging;
using WrnCloud.LocalCloud.Broker.Access;
using WrnCloud.LocalCloud.Broker.Links;
using WrnCloud.LocalCloud.Broker.Queues;

namespace WrnCloud.LocalCloud.Broker;

/// <summary>A running broker: journal, queues and AMQP listener on loopback. Disposing it frees the port and closes the journal.</summary>
internal sealed class BrokerServer : IAsyncDisposable
{
    private readonly BrokerCore _core;
    private readonly AmqpFrontEnd _frontEnd;
    private int _disposed;

    private BrokerServer(BrokerCore core, AmqpFrontEnd frontEnd)
    {
        _core = core;
        _frontEnd = frontEnd;
    }

    public int Port => _frontEnd.Port;

    /// <summary>Faults when the journal fails; the broker can't be used after that.</summary>
    public Task Ended => _core.Ended;

    public static async Task<BrokerServer> StartAsync(BrokerOptions options, TimeProvider time, ILogger logger)
    {
        var core = new BrokerCore(options, time, logger);
        try
        {
            return new BrokerServer(core, new AmqpFrontEnd(core, options, time, logger));
        }
        catch
        {
            await core.DisposeAsync();
            throw;
        }
    }

    /// <summary>The connection string for clients under <paramref name="policy"/>.</summary>
    public string ConnectionString(AccessPolicy policy) =>
        $"Endpoint=sb://127.0.0.1:{Port};SharedAccessKeyName={policy.KeyName};SharedAccessKey={policy.Key};UseDevelopmentEmulator=true";

    public Task<IReadOnlyList<QueueCount>> CountAsync() => _core.CountAsync();

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _frontEnd.Dispose();
        await _core.DisposeAsync();
    }
}

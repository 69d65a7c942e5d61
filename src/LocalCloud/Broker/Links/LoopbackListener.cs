using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Amqp;
using Microsoft.Extensions.Logging;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>
/// Accepts connections on loopback, runs their SASL exchanges concurrently, and hands them to the library one by one as it asks.
/// </summary>
internal sealed partial class LoopbackListener : TransportProvider
{
    /// <summary>The scheme under which the library asks for this listener's connections.</summary>
    public const string Scheme = "loopback";

    private const int Backlog = 128;
    private static readonly TimeSpan SaslTimeout = TimeSpan.FromSeconds(60);

    private readonly TcpListener _listener;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Channel<IAsyncTransport> _ready = Channel.CreateUnbounded<IAsyncTransport>();
    private readonly ConcurrentDictionary<Socket, byte> _sockets = new();
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Listens on <paramref name="port"/>, or a free one for 0.</summary>
    /// <exception cref="SocketException">The port is taken.</exception>
    public LoopbackListener(int port, TimeProvider time, ILogger logger)
    {
        (_time, _logger) = (time, logger);
        AddressSchemes = [Scheme];
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start(Backlog);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>The next connection. After disposal it never completes: the library would ask again at once.</summary>
    public override async Task<IAsyncTransport> CreateAsync(Address address)
    {
        while (await _ready.Reader.WaitToReadAsync())
            if (_ready.Reader.TryRead(out var transport)) return transport;
        return await new TaskCompletionSource<IAsyncTransport>().Task;
    }

    /// <summary>Closes the remaining connections.</summary>
    public void CloseConnections()
    {
        foreach (var socket in _sockets.Keys) socket.Dispose();
    }

    /// <summary>Stops accepting. The library calls this before it has told its connections that they end.</summary>
    public override void Dispose()
    {
        _closing.Cancel();
        _listener.Dispose();
        _ready.Writer.TryComplete();
        base.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                _ = LetInAsync(await _listener.AcceptSocketAsync(_closing.Token));
            }
            catch (SocketException e)
            {
                // The client has already gone, or there are no file descriptors left.
                LogRefused(e);
                await Task.Delay(TimeSpan.FromMilliseconds(10), _time);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task LetInAsync(Socket socket)
    {
        _sockets.TryAdd(socket, 0);
        try
        {
            socket.NoDelay = true;
            using var limit = new CancellationTokenSource(SaslTimeout, _time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token, limit.Token);
            await SaslExchange.LetInAsync(new NetworkStream(socket, ownsSocket: false), linked.Token);
            if (_ready.Writer.TryWrite(new GatedTransport(new SocketTransport(socket, () => _sockets.TryRemove(socket, out _)), _time))) return;
        }
        catch (Exception e) when (e is AmqpException or IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            LogRefused(e);
        }

        _sockets.TryRemove(socket, out _);
        socket.Dispose();
    }

    [LoggerMessage(135, LogLevel.Debug, "A connection could not be accepted.")]
    private partial void LogRefused(Exception exception);
}

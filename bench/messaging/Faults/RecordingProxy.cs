using System.Net;
using System.Net.Sockets;

namespace WrnCloud.MessagingBench.Faults;

/// <summary>Passes one TCP connection on and keeps what its client says.</summary>
internal sealed class RecordingProxy : IDisposable
{
    private readonly int _target;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly MemoryStream _recorded = new();

    public RecordingProxy(int target)
    {
        _target = target;
        _listener.Start();
        _ = PassAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public byte[] Recorded()
    {
        lock (_recorded) return _recorded.ToArray();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _recorded.Dispose();
    }

    private async Task PassAsync()
    {
        using var client = await _listener.AcceptTcpClientAsync();
        using var server = new TcpClient();
        await server.ConnectAsync(IPAddress.Loopback, _target);
        var back = server.GetStream().CopyToAsync(client.GetStream());
        var buffer = new byte[8192];
        try
        {
            int count;
            while ((count = await client.GetStream().ReadAsync(buffer)) > 0)
            {
                lock (_recorded) _recorded.Write(buffer, 0, count);
                await server.GetStream().WriteAsync(buffer.AsMemory(0, count));
            }
        }
        catch (IOException)
        {
            // Closed.
        }
    }
}

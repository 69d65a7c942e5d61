using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.LocalCloud.Stack;

/// <summary>The loopback ports of a stack, kept in its state folder so that the next one gets the same addresses. 0 is any free port.</summary>
internal sealed record StackPorts(int Storage = 0, int Broker = 0, int BrokerAdmin = 0, int Functions = 0)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "ports.json";

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    /// <summary>The ports of the stack that ran here before; all 0 when there was none.</summary>
    public static async Task<StackPorts> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return new StackPorts();
        try
        {
            return JsonSerializer.Deserialize<StackPorts>(await File.ReadAllBytesAsync(path, cancellationToken), WrnJson.Compact) ?? new StackPorts();
        }
        catch (JsonException)
        {
            return new StackPorts();
        }
    }

    /// <summary>Saves them for the next stack.</summary>
    public Task WriteAsync(string folder, CancellationToken cancellationToken) =>
        PrivateFile.WriteAsync(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(this, WrnJson.Indented), cancellationToken);

    /// <summary>These ports with the requested one for the functions host.</summary>
    public StackPorts WithFunctions(int port)
    {
        int Unless(int other) => other == port ? 0 : other;
        return new StackPorts(Unless(Storage), Unless(Broker), Unless(BrokerAdmin), port);
    }

    /// <summary>These ports without the ones that another program still holds after <paramref name="timeout"/>.</summary>
    public async Task<StackPorts> FreeAsync(TimeSpan timeout, TimeProvider clock, CancellationToken cancellationToken)
    {
        int[] ports = [Storage, Broker, BrokerAdmin, Functions];
        var started = clock.GetTimestamp();
        while (!ports.All(p => Problem(p) is null) && clock.GetElapsedTime(started) < timeout) await Task.Delay(Step, clock, cancellationToken);
        int OrAny(int port) => Problem(port) is null ? port : 0;
        return new StackPorts(OrAny(Storage), OrAny(Broker), OrAny(BrokerAdmin), OrAny(Functions));
    }

    /// <summary>The ports missing from <paramref name="left"/>, for a message.</summary>
    public string Taken(StackPorts left)
    {
        (int Mine, int Theirs)[] pairs =
            [(Storage, left.Storage), (Broker, left.Broker), (BrokerAdmin, left.BrokerAdmin), (Functions, left.Functions)];
        return string.Join(", ", pairs.Where(p => p.Mine != p.Theirs).Select(p => p.Mine));
    }

    /// <summary>Why a loopback port can't be listened on; null when it can.</summary>
    public static string? Problem(int port)
    {
        if (port is < 0 or > IPEndPoint.MaxPort) return "is not a port";
        if (port == 0) return null;
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.AccessDenied ? "is not allowed for this user" : "is taken by another program";
        }
    }
}

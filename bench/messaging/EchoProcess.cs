using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.MessagingBench;

/// <summary>What a message there and back between two processes takes on this machine when nothing is done with it: a socket each, asynchronous as the broker's are.</summary>
internal static class EchoProcess
{
    public const string Command = "echo";

    /// <summary>Answers every byte until the peer closes.</summary>
    public static async Task ServeAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer) is > 0 and var count) await socket.SendAsync(buffer.AsMemory(0, count));
    }

    /// <summary>One after another, messages of so many bytes, against a process of its own.</summary>
    public static async Task<Rate> MeasureAsync(int bytes, double seconds, TimeProvider clock)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var process = Process.Start(new ProcessStartInfo(DotnetProgram.Host, [typeof(EchoProcess).Assembly.Location, Command, $"{port}"]) { UseShellExecute = false })!;
        using var socket = await listener.AcceptSocketAsync();
        socket.NoDelay = true;
        var buffer = new byte[bytes];
        var rate = await Rate.MeasureAsync(
            [async () =>
            {
                await socket.SendAsync(buffer);
                for (var got = 0; got < bytes;) got += await socket.ReceiveAsync(buffer.AsMemory(got));
            }],
            seconds,
            clock);
        socket.Close();
        await process.WaitForExitAsync();
        return rate;
    }
}

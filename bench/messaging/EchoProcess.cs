using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.MessagingBench;

/// <summary>
/// What a message there and back between two processes takes on this machine when nothing is done with it, or when it is one row's commit and nothing else: the
/// limit of every durable send to a process of its own. A socket each, asynchronous as the broker's are.
/// </summary>
internal static class EchoProcess
{
    public const string Command = "echo";

    /// <summary>Answers each message of so many bytes until the peer closes; with a folder after it is committed there.</summary>
    public static async Task ServeAsync(int port, int bytes, string? folder)
    {
        using var rows = folder is null ? null : new RowCommits(folder, bytes);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var buffer = new byte[bytes];
        while (await ReceiveWholeAsync(socket, buffer))
        {
            rows?.Commit();
            await socket.SendAsync(buffer);
        }
    }

    /// <summary>One after another, messages of so many bytes, against a process of its own.</summary>
    public static async Task<Rate> MeasureAsync(int bytes, double seconds, TimeProvider clock, string? folder = null)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        string[] arguments = [typeof(EchoProcess).Assembly.Location, Command, $"{port}", $"{bytes}", .. folder is null ? Array.Empty<string>() : [folder]];
        using var process = Process.Start(new ProcessStartInfo(DotnetProgram.Host, arguments) { UseShellExecute = false })!;
        using var socket = await listener.AcceptSocketAsync();
        socket.NoDelay = true;
        var buffer = new byte[bytes];
        var rate = await Rate.MeasureAsync(
            [async () =>
            {
                await socket.SendAsync(buffer);
                if (!await ReceiveWholeAsync(socket, buffer)) throw new InvalidOperationException("The process that answers has ended.");
            }],
            seconds,
            clock);
        socket.Close();
        await process.WaitForExitAsync();
        return rate;
    }

    private static async Task<bool> ReceiveWholeAsync(Socket socket, byte[] buffer)
    {
        for (var got = 0; got < buffer.Length;)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(got));
            if (read == 0) return false;
            got += read;
        }

        return true;
    }
}

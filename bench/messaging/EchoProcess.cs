using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.MessagingBench;

/// <summary>
/// What a message to another process and a short answer take on this machine when nothing is done with it,
/// or when it is one row's commit and nothing else: the least that a durable send to a process of its own takes.
/// A thread each on a socket that blocks, so that the only one to be woken is the one that waits.
/// </summary>
internal static class EchoProcess
{
    public const string Command = "echo";

    /// <summary>As long as a disposition's frame.</summary>
    private const int AnswerBytes = 32;

    /// <summary>Answers each message of so many bytes until the peer closes; with a folder after it is committed there.</summary>
    public static void Serve(int port, int bytes, string? folder)
    {
        using var rows = folder is null ? null : new RowCommits(folder, bytes);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        var (message, answer) = (new byte[bytes], new byte[AnswerBytes]);
        while (ReceiveWhole(socket, message))
        {
            rows?.Commit();
            socket.Send(answer);
        }
    }

    /// <summary>One after another, messages of so many bytes, against a process of its own.</summary>
    public static Rate Measure(int bytes, double seconds, TimeProvider clock, string? folder = null)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        string[] arguments =
        [
            typeof(EchoProcess).Assembly.Location, Command, $"{port}", $"{bytes}", .. folder is null ? Array.Empty<string>() : [folder],
        ];
        using var process = Process.Start(new ProcessStartInfo(DotnetProgram.Host, arguments) { UseShellExecute = false })!;
        using var socket = listener.AcceptSocket();
        socket.NoDelay = true;
        var (message, answer) = (new byte[bytes], new byte[AnswerBytes]);
        var rate = Rate.Measure(
            () =>
            {
                socket.Send(message);
                if (!ReceiveWhole(socket, answer)) throw new InvalidOperationException("The process that answers has ended.");
            },
            seconds,
            clock);
        socket.Close();
        process.WaitForExit();
        return rate;
    }

    private static bool ReceiveWhole(Socket socket, byte[] buffer)
    {
        for (var got = 0; got < buffer.Length;)
        {
            var read = socket.Receive(buffer, got, buffer.Length - got, SocketFlags.None);
            if (read == 0) return false;
            got += read;
        }

        return true;
    }
}

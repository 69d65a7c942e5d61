using System.Globalization;

namespace WrnCloud.EndToEnd.Support;

/// <summary>The TCP ports that processes listen on, through /proc.</summary>
internal static class ListeningPorts
{
    private const string Listening = "0A";

    public static IReadOnlySet<int> Of(IEnumerable<int> processes)
    {
        var sockets = processes.SelectMany(SocketsOf).ToHashSet(StringComparer.Ordinal);
        return ((string[])["/proc/net/tcp", "/proc/net/tcp6"]).Where(File.Exists).SelectMany(f => File.ReadLines(f).Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[3] == Listening && sockets.Contains($"socket:[{fields[9]}]"))
            .Select(fields => int.Parse(fields[1].AsSpan(fields[1].IndexOf(':', StringComparison.Ordinal) + 1), NumberStyles.HexNumber))
            .ToHashSet();
    }

    private static List<string> SocketsOf(int process)
    {
        var found = new List<string>();
        try
        {
            foreach (var descriptor in new DirectoryInfo($"/proc/{process}/fd").EnumerateFiles())
            {
                if (descriptor.LinkTarget is { } target && target.StartsWith("socket:", StringComparison.Ordinal)) found.Add(target);
            }
        }
        catch (IOException)
        {
            // It has ended meanwhile.
        }

        return found;
    }
}

using System.Diagnostics;

namespace WrnCloud.DurabilityBench.Kills;

/// <summary>Processes below one of ours, through Linux's /proc, and signals to them.</summary>
internal static class ProcessTree
{
    /// <summary>All below a process, whatever their depth.</summary>
    public static IReadOnlyList<int> Below(int id)
    {
        var children = All().ToLookup(p => p.Parent, p => p.Id);
        var found = new List<int>();
        var waiting = new Queue<int>([id]);
        while (waiting.TryDequeue(out var parent))
        {
            foreach (var child in children[parent])
            {
                found.Add(child);
                waiting.Enqueue(child);
            }
        }

        return found;
    }

    /// <summary>The store of a stack; null while it has none.</summary>
    public static int? StoreBelow(int id)
    {
        foreach (var child in Below(id))
        {
            if (CommandLine(child).Contains("azurite.mjs", StringComparison.Ordinal)) return child;
        }

        return null;
    }

    /// <summary>Whether it runs; one that has ended and is still listed does not.</summary>
    public static bool IsAlive(int id) => All().Any(p => p.Id == id && !p.IsZombie);

    /// <summary>Sends a signal to all of them at once.</summary>
    public static async Task SignalAsync(string signal, IEnumerable<int> ids)
    {
        var start = new ProcessStartInfo("kill", ["-s", signal, .. ids.Select(i => $"{i}")]) { RedirectStandardError = true };
        using var kill = Process.Start(start)!;
        await kill.WaitForExitAsync();
    }

    /// <summary>Whether this process, and so each that it starts, was started with SIGHUP ignored.</summary>
    public static bool IgnoresHangUp()
    {
        var mask = File.ReadLines("/proc/self/status").First(l => l.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..].Trim();
        return (Convert.ToUInt64(mask, 16) & 1) != 0;
    }

    private static string CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static IEnumerable<(int Id, int Parent, bool IsZombie)> All()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id)) continue;
            string stat;
            try
            {
                stat = File.ReadAllText($"{folder}/stat");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            // The name in parentheses may hold anything; the fields after it are plain.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            yield return (id, int.Parse(fields[1]), fields[0] is "Z" or "X");
        }
    }
}

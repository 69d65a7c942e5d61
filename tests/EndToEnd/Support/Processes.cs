using System.Diagnostics;

namespace WrnCloud.EndToEnd.Support;

/// <summary>Looks at processes through /proc, and signals those that the tests started.</summary>
internal static class Processes
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromMinutes(5);

    public static void RequireLinux()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Signals and /proc are Linux's.");
    }

    /// <summary>Skips the test when this process, and so its children, were started with the signal ignored, as a shell's background jobs and nohup do.</summary>
    public static void RequireSignal(string signal)
    {
        RequireLinux();
        var number = signal switch { "HUP" => 1, "INT" => 2, _ => 0 };
        var mask = File.ReadLines("/proc/self/status").First(l => l.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..].Trim();
        if (number > 0 && (Convert.ToUInt64(mask, 16) & (1UL << (number - 1))) != 0) Assert.Skip($"SIG{signal} is ignored in whatever started the tests.");
    }

    /// <summary>All processes below one, whatever their depth.</summary>
    public static IReadOnlyList<int> DescendantsOf(int id)
    {
        var children = All().GroupBy(p => p.Parent).ToDictionary(g => g.Key, g => g.Select(p => p.Id).ToList());
        var found = new List<int>();
        var waiting = new Queue<int>([id]);
        while (waiting.TryDequeue(out var parent))
        {
            foreach (var child in children.GetValueOrDefault(parent, []))
            {
                found.Add(child);
                waiting.Enqueue(child);
            }
        }

        return found;
    }

    public static bool IsAlive(int id) => All().Any(p => p.Id == id && p.State is not 'Z');

    public static void Signal(int id, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits until none of the processes is left; the limit is for one that hangs.</summary>
    public static async Task GoneAsync(IReadOnlyCollection<int> ids)
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        while (ids.Where(IsAlive).ToList() is { Count: > 0 } left)
        {
            Assert.True(clock.GetElapsedTime(start) < EndLimit, $"After {EndLimit} these processes are left: {string.Join(", ", left.Select(Describe))}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), clock);
        }
    }

    /// <summary>A process's program and arguments; empty when it has gone.</summary>
    public static IReadOnlyList<string> CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static string Describe(int id) => $"{id} ({string.Join(' ', CommandLine(id))})";

    private static IEnumerable<(int Id, int Parent, char State)> All()
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
            yield return (id, int.Parse(fields[1]), fields[0][0]);
        }
    }
}

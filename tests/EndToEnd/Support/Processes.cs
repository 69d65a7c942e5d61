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

    /// <summary>
    /// Skips the test when this process, and so its children, were started with the signal ignored, as a shell's background jobs and nohup do.
    /// </summary>
    public static void RequireSignal(string signal)
    {
        RequireLinux();
        if (signal switch { "HUP" => 1, "INT" => 2, _ => 0 } is > 0 and var number && ProcessTable.Ignores(number))
            Assert.Skip($"SIG{signal} is ignored in whatever started the tests.");
    }

    /// <summary>All processes below one, whatever their depth.</summary>
    public static IReadOnlyList<int> DescendantsOf(int id) => ProcessTable.DescendantsOf(id);

    public static bool IsAlive(int id) => ProcessTable.IsAlive(id);

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
            Assert.True(
                clock.GetElapsedTime(start) < EndLimit, $"After {EndLimit} these processes are left: {string.Join(", ", left.Select(Describe))}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), clock);
        }
    }

    /// <summary>A process's program and arguments; empty when it has gone.</summary>
    public static IReadOnlyList<string> CommandLine(int id) => ProcessTable.CommandLine(id);

    private static string Describe(int id) => $"{id} ({string.Join(' ', CommandLine(id))})";
}

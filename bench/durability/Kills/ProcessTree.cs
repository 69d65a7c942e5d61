using System.Diagnostics;
using WrnCloud.Contracts.Programs;

namespace WrnCloud.DurabilityBench.Kills;

/// <summary>The store among the processes of a stack, and signals to them.</summary>
internal static class ProcessTree
{
    /// <summary>The store of a stack; null while it has none.</summary>
    public static int? StoreBelow(int id)
    {
        foreach (var child in ProcessTable.DescendantsOf(id))
        {
            if (ProcessTable.CommandLine(child).Any(a => a.Contains("azurite.mjs", StringComparison.Ordinal))) return child;
        }

        return null;
    }

    /// <summary>Sends a signal to all of them at once.</summary>
    public static async Task SignalAsync(string signal, IEnumerable<int> ids)
    {
        string[] arguments = ["-s", signal, .. ids.Select(i => $"{i}")];
        var start = new ProcessStartInfo("kill", arguments) { UseShellExecute = false, RedirectStandardError = true };
        using var kill = Process.Start(start)!;
        await kill.WaitForExitAsync();
    }
}

using System.Diagnostics;

namespace WrnCloud.MessagingBench;

/// <summary>What a process has used, read anew at each call.</summary>
internal static class ProcessFigures
{
    /// <summary>Processor time since its start, user and system, in seconds.</summary>
    public static double CpuSeconds(this Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime.TotalSeconds;
    }

    /// <summary>Its resident set.</summary>
    public static long ResidentBytes(this Process process)
    {
        process.Refresh();
        return process.WorkingSet64;
    }
}

using System.Diagnostics;
using System.Runtime.InteropServices;

namespace WrnCloud.Shared.Tests.Images;

/// <summary>
/// Measures the processor time that an action takes on the calling thread: unlike the clock's, it does not grow when other processes have the cores.
/// </summary>
internal static class ThreadTime
{
    private const int CurrentThread = 1;

    /// <summary>Processor time, user and system; elsewhere than on Linux the time that passed.</summary>
    public static TimeSpan Of(Action action)
    {
        var (clock, before) = (Stopwatch.StartNew(), Used());
        action();
        return OperatingSystem.IsLinux() ? Used() - before : clock.Elapsed;
    }

    private static TimeSpan Used()
    {
        if (!OperatingSystem.IsLinux()) return default;
        var usage = new long[18];
        if (GetUsage(CurrentThread, usage) != 0) throw new InvalidOperationException("getrusage failed.");

        // struct rusage begins with two timevals: seconds and microseconds in user mode, then in the kernel.
        return TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3]);
    }

    [DllImport("libc", EntryPoint = "getrusage")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetUsage(int who, [Out] long[] usage);
}

using System.Diagnostics;

namespace WrnCloud.TrainingBench;

/// <summary>What the operating system says that this process has used.</summary>
internal static class ProcessUsage
{
    public static double CpuSeconds
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.TotalProcessorTime.TotalSeconds;
        }
    }

    public static long PeakRssBytes => Status("VmHWM");

    public static long RssBytes => Status("VmRSS");

    private static long Status(string name)
    {
        if (OperatingSystem.IsLinux())
        {
            var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(name, StringComparison.Ordinal));
            return long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
        }

        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}

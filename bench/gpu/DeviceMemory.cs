using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using WrnCloud.TrainingBench;

namespace WrnCloud.GpuBench;

/// <summary>The first device's memory in use, as its driver says: the same measure for both sides. Nothing else should run on the device.</summary>
internal static class DeviceMemory
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);

    /// <summary>The measurement with the most memory that was in use while it ran, what was in use before left out.</summary>
    public static async Task<Measurement> WatchAsync(Func<Task<Measurement>> measure, TimeProvider clock)
    {
        var before = await UsedAsync();
        var running = measure();
        var peak = before;
        while (before is not null && !running.IsCompleted)
        {
            await Task.WhenAny(running, Task.Delay(Every, clock));
            if (await UsedAsync() is { } used && used > peak) peak = used;
        }

        return (await running) with { PeakDeviceBytes = peak - before };
    }

    private static async Task<long?> UsedAsync()
    {
        try
        {
            var start = new ProcessStartInfo("nvidia-smi", ["--query-gpu=memory.used", "--format=csv,noheader,nounits", "--id=0"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            };
            using var process = Process.Start(start)!;
            var text = await process.StandardOutput.ReadToEndAsync();
            return long.TryParse(text.Trim(), CultureInfo.InvariantCulture, out var mebibytes) ? mebibytes << 20 : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}

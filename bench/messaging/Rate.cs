namespace WrnCloud.MessagingBench;

/// <summary>Operations per second, and their latencies in milliseconds.</summary>
internal sealed record Rate(double PerSecond, double P50, double P99)
{
    /// <summary>Runs every lane over and over, all at once, for so many seconds.</summary>
    public static async Task<Rate> MeasureAsync(IReadOnlyList<Func<Task>> lanes, double seconds, TimeProvider clock)
    {
        var latencies = new List<double>[lanes.Count];
        foreach (var lane in lanes) await lane();
        var started = clock.GetTimestamp();
        await Task.WhenAll(lanes.Select(async (operate, i) =>
        {
            await Task.Yield();
            latencies[i] = [];
            while (clock.GetElapsedTime(started).TotalSeconds < seconds)
            {
                var before = clock.GetTimestamp();
                await operate();
                latencies[i].Add(clock.GetElapsedTime(before).TotalMilliseconds);
            }
        }));
        var elapsed = clock.GetElapsedTime(started).TotalSeconds;
        return Of(latencies.SelectMany(l => l), elapsed);
    }

    /// <summary>Runs one thing over and over on this thread, for so many seconds.</summary>
    public static Rate Measure(Action operate, double seconds, TimeProvider clock)
    {
        var latencies = new List<double>();
        var started = clock.GetTimestamp();
        while (clock.GetElapsedTime(started).TotalSeconds < seconds)
        {
            var before = clock.GetTimestamp();
            operate();
            latencies.Add(clock.GetElapsedTime(before).TotalMilliseconds);
        }

        return Of(latencies, clock.GetElapsedTime(started).TotalSeconds);
    }

    private static Rate Of(IEnumerable<double> latencies, double seconds)
    {
        var all = latencies.Order().ToList();
        return new Rate(all.Count / seconds, all[all.Count / 2], all[(int)(0.99 * all.Count)]);
    }
}

namespace WrnCloud.MessagingBench;

/// <summary>Operations per second, and their latencies in milliseconds.</summary>
internal sealed record Rate(double PerSecond, double P50, double P99)
{
    /// <summary>A queue holds 250,000 messages; together the rows of a report stay below that.</summary>
    public const int MostOperations = 45_000;

    /// <summary>
    /// Runs every lane over and over, all at once: for half the time unmeasured, because what is compiled while it runs is slower,
    /// then for so many seconds or <see cref="MostOperations"/>.
    /// </summary>
    public static async Task<Rate> MeasureAsync(IReadOnlyList<Func<Task>> lanes, double seconds, TimeProvider clock)
    {
        await RunAsync(lanes, seconds / 2, MostOperations / 3, clock);
        return await RunAsync(lanes, seconds, MostOperations, clock);
    }

    /// <summary>Runs one thing over and over on this thread, likewise.</summary>
    public static Rate Measure(Action operate, double seconds, TimeProvider clock)
    {
        Run(operate, seconds / 2, clock);
        return Run(operate, seconds, clock);
    }

    private static async Task<Rate> RunAsync(IReadOnlyList<Func<Task>> lanes, double seconds, int most, TimeProvider clock)
    {
        var latencies = new List<double>[lanes.Count];
        var started = clock.GetTimestamp();
        await Task.WhenAll(lanes.Select(async (operate, i) =>
        {
            await Task.Yield();
            latencies[i] = [];
            while (latencies[i].Count == 0 || (clock.GetElapsedTime(started).TotalSeconds < seconds && latencies[i].Count < most / lanes.Count))
            {
                var before = clock.GetTimestamp();
                await operate();
                latencies[i].Add(clock.GetElapsedTime(before).TotalMilliseconds);
            }
        }));
        var elapsed = clock.GetElapsedTime(started).TotalSeconds;
        return Of(latencies.SelectMany(l => l), elapsed);
    }

    private static Rate Run(Action operate, double seconds, TimeProvider clock)
    {
        var latencies = new List<double>();
        var started = clock.GetTimestamp();
        while (latencies.Count == 0 || clock.GetElapsedTime(started).TotalSeconds < seconds)
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

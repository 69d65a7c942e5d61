using Microsoft.Extensions.Configuration;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>Settings of the trainer process, section <c>Trainer</c>.</summary>
public sealed record TrainerOptions
{
    /// <summary>How long to wait for a message before ending: surplus starts are paid for. Default 20 s.</summary>
    public TimeSpan ReceiveWait { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>libtorch's CPU threads. Default: one for each processor.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>How often lock and lease are renewed. Default 20 s; the lease is 60 s.</summary>
    public TimeSpan RenewEvery { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often progress and metrics are written while there is news. Default 5 s.</summary>
    public TimeSpan ReportEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the record is read for a request to cancel. Default 2 s.</summary>
    public TimeSpan WatchEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest time without a checkpoint; there is one at each epoch's end besides. Default 10 min.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Keep receiving instead of ending after one job.</summary>
    public bool Follow { get; init; }

    /// <summary>Reads the section and the command line.</summary>
    public static TrainerOptions From(IConfiguration configuration, string[] args)
    {
        var section = configuration.GetSection("Trainer");
        var defaults = new TrainerOptions();
        return new TrainerOptions
        {
            ReceiveWait = Seconds(section["ReceiveWaitSeconds"], defaults.ReceiveWait),
            Threads = int.TryParse(section["Threads"], out var threads) && threads > 0 ? threads : defaults.Threads,
            RenewEvery = Seconds(section["RenewSeconds"], defaults.RenewEvery),
            ReportEvery = Seconds(section["ReportSeconds"], defaults.ReportEvery),
            WatchEvery = Seconds(section["WatchSeconds"], defaults.WatchEvery),
            CheckpointEvery = Seconds(section["CheckpointSeconds"], defaults.CheckpointEvery),
            Follow = args.Contains("--follow"),
        };
    }

    private static TimeSpan Seconds(string? text, TimeSpan defaultValue) =>
        double.TryParse(text, out var seconds) && seconds > 0 ? TimeSpan.FromSeconds(seconds) : defaultValue;
}

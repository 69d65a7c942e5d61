using System.Globalization;
using Microsoft.Extensions.Configuration;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Data;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>Settings of the trainer process, section <c>Trainer</c>.</summary>
public sealed record TrainerOptions
{
    private const double LongestSeconds = 86_400;
    private const int MostThreads = 1024;
    private const double MostGibibytes = 1 << 20;

    /// <summary>How long to wait for a message before ending: surplus starts are paid for. Default 20 s.</summary>
    public TimeSpan ReceiveWait { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>libtorch's CPU threads. Default: one for each processor.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The precision that <c>auto</c> is, <see cref="Precision.Fp32"/> or <see cref="Precision.Bf16"/>; null to follow the device.</summary>
    public Precision? Precision { get; init; }

    /// <summary>Train no job without a GPU: where one is paid for, the CPU is no substitute. Default false.</summary>
    public bool RequireGpu { get; init; }

    /// <summary>How often lock and lease are renewed. Default 20 s; the lease is 60 s.</summary>
    public TimeSpan RenewEvery { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often progress and metrics are written while there is news. Default 5 s.</summary>
    public TimeSpan ReportEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the record is read for a request to cancel. Default 2 s.</summary>
    public TimeSpan WatchEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest time without a checkpoint; there is one at each epoch's end besides. Default 10 min.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Folder in which data sets are kept between runs. Default: <c>wrncloud-cache</c> in the folder for temporary files.</summary>
    public string CacheFolder { get; init; } = Path.Combine(Path.GetTempPath(), "wrncloud-cache");

    /// <summary>Most bytes that folder may hold; never more than the disk has free. Default 32 GiB.</summary>
    public long CacheBytes { get; init; } = LocalCache.DefaultMaxBytes;

    /// <summary>Memory that a training may take, in bytes; null for what the GPU, or the machine or container, has.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Keep receiving instead of ending after one job.</summary>
    public bool Follow { get; init; }

    /// <summary>Reads the section and the command line.</summary>
    /// <exception cref="InvalidOperationException">A setting has a value that it can't have; the sentence names it.</exception>
    public static TrainerOptions From(IConfiguration configuration, string[] args)
    {
        var section = configuration.GetSection("Trainer");
        var defaults = new TrainerOptions();
        return new TrainerOptions
        {
            ReceiveWait = Seconds(section["ReceiveWaitSeconds"], "ReceiveWaitSeconds", defaults.ReceiveWait),
            Threads = Count(section["Threads"], "Threads", defaults.Threads),
            Precision = PrecisionOf(section["Precision"]),
            RequireGpu = Flag(section["RequireGpu"], "RequireGpu"),
            RenewEvery = Seconds(section["RenewSeconds"], "RenewSeconds", defaults.RenewEvery),
            ReportEvery = Seconds(section["ReportSeconds"], "ReportSeconds", defaults.ReportEvery),
            WatchEvery = Seconds(section["WatchSeconds"], "WatchSeconds", defaults.WatchEvery),
            CheckpointEvery = Seconds(section["CheckpointSeconds"], "CheckpointSeconds", defaults.CheckpointEvery),
            CacheFolder = section["CacheFolder"] is { Length: > 0 } folder ? folder : defaults.CacheFolder,
            CacheBytes = Gibibytes(section["CacheGiB"], "CacheGiB", defaults.CacheBytes),
            MemoryBytes = string.IsNullOrEmpty(section["MemoryGiB"]) ? null : Gibibytes(section["MemoryGiB"], "MemoryGiB", 0),
            Follow = args.Contains("--follow"),
        };
    }

    /// <summary>The sentence about a setting that can't be used, or null.</summary>
    public static string? Problem(IConfiguration configuration)
    {
        try
        {
            _ = From(configuration, []);
            return null;
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }

    private static TimeSpan Seconds(string? text, string name, TimeSpan defaultValue)
    {
        if (string.IsNullOrEmpty(text)) return defaultValue;
        return double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= LongestSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw Wrong(name, text, $"a number of seconds above 0, at most {LongestSeconds:N0}");
    }

    private static int Count(string? text, string name, int defaultValue)
    {
        if (string.IsNullOrEmpty(text)) return defaultValue;
        return int.TryParse(text, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= MostThreads
            ? count
            : throw Wrong(name, text, $"a whole number from 1 to {MostThreads}");
    }

    private static long Gibibytes(string? text, string name, long defaultValue)
    {
        if (string.IsNullOrEmpty(text)) return defaultValue;
        return double.TryParse(text, CultureInfo.InvariantCulture, out var size) && size is > 0 and <= MostGibibytes
            ? (long)(size * (1L << 30))
            : throw Wrong(name, text, $"a number of GiB above 0, at most {MostGibibytes:N0}");
    }

    private static bool Flag(string? text, string name)
    {
        if (string.IsNullOrEmpty(text)) return false;
        return bool.TryParse(text, out var flag) ? flag : throw Wrong(name, text, "true or false");
    }

    private static Precision? PrecisionOf(string? text) => text?.ToLowerInvariant() switch
    {
        null or "" or "auto" => null,
        "fp32" => Jobs.Precision.Fp32,
        "bf16" => Jobs.Precision.Bf16,
        _ => throw Wrong("Precision", text, "fp32, bf16 or auto"),
    };

    private static InvalidOperationException Wrong(string name, string text, string allowed) =>
        new($"Trainer__{name} is '{text}'; it takes {allowed}.");
}

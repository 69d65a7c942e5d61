using WrnCloud.Evaluation;
using WrnCloud.Jobs;

namespace WrnCloud.Cli.Output;

/// <summary>Formats numbers and times for people. Missing values are a dash.</summary>
internal static class Format
{
    public const string Missing = "–";

    /// <summary>A share as it was asked for: "10 %", "49.9 %".</summary>
    public static string Share(double share) => $"{100 * share:0.####} %";

    public static string Percent(double? share) => share is { } s ? $"{s * 100:0.0} %" : Missing;

    /// <summary>A measured share with its 95 % interval: "94.8 % (90.0 to 97.3 %)".</summary>
    public static string Share(double? share, int? count) => share is { } s && count is { } n && WilsonInterval.Of(s, n) is var (low, high)
        ? $"{Percent(s)} ({low * 100:0.0} to {Percent(high)})"
        : Percent(share);

    public static string Count(long? count) => count is { } c ? c.ToString("#,0") : Missing;

    public static string Loss(double? loss) => loss is not { } value ? Missing : double.IsFinite(value) ? value.ToString("0.000") : value.ToString();

    public static string Rate(double imagesPerSecond) =>
        imagesPerSecond < 100 ? $"{imagesPerSecond:0.0} images/s" : $"{imagesPerSecond:#,0} images/s";

    public static string Bytes(long length) => length switch
    {
        < 1_000 => $"{length} B",
        < 1_000_000 => $"{length / 1e3:0.0} kB",
        < 1_000_000_000 => $"{length / 1e6:0.0} MB",
        _ => $"{length / 1e9:0.0} GB",
    };

    public static string Duration(TimeSpan? time) => time switch
    {
        null => Missing,
        { TotalSeconds: < 10 } t => $"{t.TotalSeconds:0.0} s",
        { TotalSeconds: < 100 } t => $"{t.TotalSeconds:0} s",
        { TotalHours: < 1 } t => $"{t.Minutes} min {t.Seconds:00} s",
        { TotalDays: < 1 } t => $"{t.Hours} h {t.Minutes:00} min",
        { } t => $"{t.Days} d {t.Hours} h",
    };

    /// <summary>Seconds as a duration; a rate of zero gives an ETA that is not finite, shown as missing.</summary>
    public static string Seconds(double? seconds) =>
        seconds is >= 0 and < 1e8 ? Duration(TimeSpan.FromSeconds(Math.Round(seconds.Value))) : Missing;

    public static string Ago(DateTimeOffset? time, DateTimeOffset now) =>
        time is { } t ? t > now ? "now" : $"{Duration(now - t)} ago" : Missing;

    public static string Colour(JobState state) => state switch
    {
        JobState.Succeeded => "green",
        JobState.Running => "aqua",
        JobState.Failed => "red",
        JobState.Cancelled or JobState.Interrupted => "yellow",
        _ => "grey",
    };
}

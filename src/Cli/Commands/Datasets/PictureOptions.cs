using System.CommandLine;
using WrnCloud.Cli.Pushing;
using WrnCloud.Datasets;

namespace WrnCloud.Cli.Commands.Datasets;

/// <summary>The options for pushing photographs.</summary>
/// <param name="MaxBad">Percent of the pictures that may be unreadable.</param>
/// <param name="Validation">Percent of each class for validation.</param>
/// <param name="Test">Percent of each class for testing.</param>
/// <param name="Seed">Seed of the random splits.</param>
internal sealed record PictureOptions(Option<double?> MaxBad, Option<double?> Validation, Option<double?> Test, Option<long?> Seed)
{
    private const double MostPercent = 100 * DrawnSplit.MostShare;

    public static PictureOptions Create() => new(
        CreateMaxBad(),
        NumberOption.Create<double>(
            "--validation", "Percent of each class for validation if the files have no validation pictures; default 10, 0 for none.", 0, MostPercent),
        NumberOption.Create<double>(
            "--test", "Percent of each class for testing if the files have no test pictures; default 10.", 1, MostPercent),
        NumberOption.Create<long>("--seed", $"Seed of the random splits; default {DrawnSplit.Default.Seed}."));

    public static Option<double?> CreateMaxBad() => NumberOption.Create<double>(
        "--max-bad",
        $"Percent of the pictures that may be unreadable, and are left out; more is an error. Default {PushOptions.DefaultMaxBadPercent}.",
        0,
        100);

    public PushOptions Of(ParseResult parsed) => new(
        new DrawnSplit(
            Share(parsed.GetValue(Validation)) ?? DrawnSplit.Default.Validation,
            Share(parsed.GetValue(Test)) ?? DrawnSplit.Default.Test,
            parsed.GetValue(Seed) ?? DrawnSplit.Default.Seed),
        Share(parsed.GetValue(MaxBad)) ?? PushOptions.Default.MaxBad);

    private static double? Share(double? percent) => percent / 100;
}

using System.Globalization;
using Spectre.Console.Rendering;
using WrnCloud.Cli.Output;
using WrnCloud.Weights;

namespace WrnCloud.Cli.Commands.Weights;

/// <summary>Shows sets of weights on a terminal.</summary>
internal static class WeightsTable
{
    public static IRenderable Of(IReadOnlyList<WeightsManifest> sets, DateTimeOffset now)
    {
        var table = ConsoleExtensions.NewTable("weights", "network", "classes", "images", "served as", "licence", "imported");
        foreach (var set in sets)
        {
            table.AddTexts(
                set.Name,
                set.Network,
                set.Classes is { } classes ? Format.Count(classes.Count) : Format.Missing,
                set.ImageSize is { } size ? $"{size}×{size}" : Format.Missing,
                set.ServedAs ?? Format.Missing,
                set.Licence,
                set.CreatedAt is { } time ? Format.Ago(time, now) : "built in");
        }

        return table;
    }

    public static IRenderable Details(WeightsManifest set) => ConsoleExtensions.NewFacts(
        ("weights", set.Name),
        ("network", set.Network),
        ("classes",
            set.Classes is { } classes
                ? $"{classes.Count}: {string.Join(", ", classes.Take(10))}{(classes.Count > 10 ? ", …" : "")}"
                : "no classifier"),
        ("normalisation", $"mean {Numbers(set.Normalisation.Mean)}, standard deviation {Numbers(set.Normalisation.StandardDeviation)}"),
        ("images", set.View is { } view ? $"{view.Crop}×{view.Crop} of {view.Resize}×{view.Resize}" : null),
        ("interpolation", set.Interpolation),
        ("batch norms", set.Folded == true ? "folded into the convolutions: its features can be used, but it can't be trained further" : null),
        ("source", set.Source),
        ("licence", set.Licence),
        ("file", set.File is { } file ? $"{file.Name}, {Format.Bytes(file.Length)}, SHA-256 {file.Sha256}" : null),
        ("SHA-256", set.Sha256),
        ("served as", set.ServedAs),
        ("job", set.JobId));

    private static string Numbers(IEnumerable<double> values) =>
        string.Join(", ", values.Select(v => v.ToString("0.####", CultureInfo.InvariantCulture)));
}

using WrnCloud.Datasets;
using WrnCloud.Datasets.Checks;

namespace WrnCloud.Cli.Output;

/// <summary>A data set's splits in a few words.</summary>
internal static class SplitSentence
{
    /// <summary>Such as "1,440 training, 180 validation, 180 test pictures of 6 classes".</summary>
    public static string Of(DatasetSizes images, int classes) =>
        $"{images.Train:N0} training, {(images.Validation > 0 ? $"{images.Validation:N0} validation, " : "")}"
            + $"{images.Test:N0} test pictures of {classes:N0} classes";

    /// <summary>Which splits of photographs came along, and which were drawn; nothing for other data sets.</summary>
    public static IEnumerable<string> Origins(DatasetManifest manifest)
    {
        if (manifest.Index is null) yield break;
        var (drawn, images) = (manifest.Drawn, manifest.Images);
        string?[] given =
        [
            "training",
            drawn?.Validation is null && images.Validation > 0 ? "validation" : null,
            drawn?.Test is null ? "test" : null,
        ];
        yield return $"Given: {string.Join(", ", given.OfType<string>())}.";
        if (drawn is null) yield break;
        string?[] parts = [Part(drawn.Validation, images.Validation, "validation"), Part(drawn.Test, images.Test, "testing")];
        if (parts.OfType<string>().ToList() is { Count: > 0 } some)
            yield return $"Drawn for good, with seed {drawn.Seed}: {string.Join(" and ", some)} of each class.";
        if (drawn.Validation > 0 && images.Validation == 0) yield return "None is drawn for validation: the classes have too few pictures.";
    }

    /// <summary>The splits that a push of checked pictures would draw; null where they come with all splits.</summary>
    public static string? ToDraw(DatasetFindings findings)
    {
        string?[] missing =
        [
            findings.Classes.Any(c => c.Validation > 0) ? null : Part(DrawnSplit.Default.Validation, 1, "validation"),
            findings.Classes.Any(c => c.Test > 0) ? null : Part(DrawnSplit.Default.Test, 1, "testing"),
        ];
        return missing.OfType<string>().ToList() is { Count: > 0 } some ? $"A push draws {string.Join(" and ", some)} of each class." : null;
    }

    private static string? Part(double? share, int drawn, string purpose) =>
        share > 0 && drawn > 0 ? $"{Format.Share(share.Value)} for {purpose}" : null;
}

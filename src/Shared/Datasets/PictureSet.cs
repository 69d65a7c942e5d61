using WrnCloud.Datasets.Checks;

namespace WrnCloud.Datasets;

/// <summary>
/// A set of photographs after every picture was looked at once: what it holds, what a check found, and which picture is in which split.
/// </summary>
/// <param name="Classes">The classes of the training pictures, in ordinal order.</param>
/// <param name="Index">The pictures that can be read, in the zips' order.</param>
/// <param name="Statistics">Channel statistics of the training split at 32×32.</param>
/// <param name="Drawn">How splits were made that the pictures came without; null where all were given.</param>
/// <param name="Findings">What the check found.</param>
public sealed record PictureSet(
    IReadOnlyList<string> Classes, PictureIndex Index, ChannelStatistics Statistics, DrawnSplit? Drawn, DatasetFindings Findings)
{
    /// <summary>Looks at every picture of an image folder, once.</summary>
    /// <param name="folder">The pictures.</param>
    /// <param name="shares">How to make the splits that are missing.</param>
    /// <param name="maxBad">Share of the pictures that may be unreadable, 0 to 1; they are left out.</param>
    /// <param name="report">Hears what was found before anything is refused for it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="DatasetException">More can't be read, classes are too few or not trained on, or a split has no picture.</exception>
    public static PictureSet Of(
        ImageFolder folder,
        DrawnSplit shares,
        double maxBad,
        Action<DatasetFindings>? report = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(shares);
        var pictures = new List<CheckedPicture>();
        folder.Inspect(pictures.Add, cancellationToken);
        var findings = DatasetCheck.Of(pictures, folder.LeftOut);
        report?.Invoke(findings);
        if (findings.BadShare > maxBad)
        {
            var first = findings.Bad[0];
            throw new DatasetException(
                first.Name,
                0,
                $"{findings.Bad.Count:N0} of {findings.Pictures:N0} pictures can't be read, more than {100 * maxBad:0.####} %. "
                    + $"The first: {first.Problem}");
        }

        if (findings.Unreadable is [var broken, ..])
        {
            var lost = pictures.Where(p => p.Class == broken).ToList();
            throw new DatasetException(
                lost[0].Name,
                0,
                $"No picture of the class {ClassName.Quoted(broken)} can be read, of {lost.Count:N0}: mend some, or leave the class out. "
                    + $"The first: {lost[0].Problem}");
        }

        List<CheckedPicture> good = [.. pictures.Where(p => p.Look is not null)];
        var groups = PictureGroups.Of([.. good.Select(p => p.Look!)]);
        var (splits, drawn) = SplitDraw.Of(good, groups, shares);
        var classes = Classify(good, splits);
        if (!splits.Contains(DatasetSplit.Test))
            throw new DatasetException(
                "",
                0,
                "No picture is left to test on: each class has one alone, or all are the same pictures under more than one class. "
                    + "Give test pictures, as test/CLASS/FILE.");
        var statistics = new ChannelSums();
        foreach (var (i, picture) in good.Index().Where(p => splits[p.Index] == DatasetSplit.Train)) statistics.Add(picture.Sums!);
        var numbers = new int?[good.Count];
        foreach (var (number, group) in groups.Index())
        {
            foreach (var i in group) numbers[i] = number + 1;
        }

        var index = PictureIndex.Of([.. good.Select((p, i) => Line(p, splits[i], numbers[i]))]);
        return new PictureSet(classes, index, statistics.ToStatistics(), drawn, findings);
    }

    /// <summary>The manifest of this set.</summary>
    /// <param name="name">The data set's name.</param>
    /// <param name="files">The zips and the index, described.</param>
    /// <exception cref="DatasetException">A field breaks its rule, or a split has no image.</exception>
    public DatasetManifest ToManifest(string name, IReadOnlyList<DatasetFile> files) =>
        new DatasetManifest(DatasetManifest.CurrentSchema, name, DatasetFormat.ImageFolder, Classes, files, Index.Sizes, Statistics)
        {
            Index = PictureIndex.FileName,
            Drawn = Drawn,
        }.Checked();

    private static List<string> Classify(List<CheckedPicture> pictures, DatasetSplit[] splits)
    {
        var classes = pictures
            .Where((_, i) => splits[i] == DatasetSplit.Train)
            .Select(p => p.Class)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToList();
        var known = classes.ToHashSet(StringComparer.Ordinal);
        if (pictures.Find(p => !known.Contains(p.Class)) is not { } stranger) return classes;
        var twin = classes.Find(c => DatasetCheck.LookAlike(c, stranger.Class));
        var remedy = twin is null
            ? "Add some, or leave its other pictures out."
            : $"It looks like {ClassName.Quoted(twin)} but is stored otherwise (case, spaces, accents): give both folders one name.";
        throw new DatasetException(stranger.Name, 0, $"No training picture is of the class {ClassName.Quoted(stranger.Class)}. {remedy}");
    }

    internal static IndexedPicture Line(CheckedPicture picture, DatasetSplit split, int? group) =>
        new(picture.Zip, picture.Entry, picture.Path, picture.Class, split)
        {
            Sha256 = picture.Look!.Sha256,
            Look = picture.Look.ToText(),
            Group = group,
        };
}

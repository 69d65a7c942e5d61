using WrnCloud.Datasets.Checks;

namespace WrnCloud.Datasets;

/// <summary>
/// A data set that has another's pictures and some more, or some of them under other labels.
/// What the parent tests on stays what is tested on:
/// no picture comes to it, none leaves it, and none that is like one of them is trained on.
/// </summary>
/// <param name="Classes">The classes of the training pictures, in ordinal order.</param>
/// <param name="Index">The parent's pictures, then the new ones.</param>
/// <param name="Statistics">Channel statistics of the training split at 32×32.</param>
/// <param name="Known">New pictures that are there already.</param>
/// <param name="LikeTest">New pictures that are left out, as they are like test pictures or were meant for testing.</param>
/// <param name="Conflicts">New pictures that are like one of another class.</param>
public sealed record PictureExtension(
    IReadOnlyList<string> Classes, PictureIndex Index, ChannelStatistics Statistics, int Known, int LikeTest, IReadOnlyList<string> Conflicts)
{
    /// <summary>Adds pictures to a data set and corrects labels.</summary>
    /// <param name="parent">The data set that is extended.</param>
    /// <param name="index">Its index.</param>
    /// <param name="added">New pictures that were looked at and can be read, each under the name that its zip will have.</param>
    /// <param name="corrections">New classes by the pictures' names, as <see cref="ImageFolder.NameOf"/> gives them.</param>
    /// <exception cref="DatasetException">A correction names no picture or several, or a class is left without a training picture.</exception>
    public static PictureExtension Of(
        DatasetManifest parent, PictureIndex index, IReadOnlyList<CheckedPicture> added, IReadOnlyDictionary<string, string> corrections)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(added);
        ArgumentNullException.ThrowIfNull(corrections);
        var lines = Corrected(index, corrections);
        var relatives = Relatives(lines, added);
        var conflicts = added.Where((p, i) => relatives[i].Exists(r => r.Class != p.Class)).Select(p => p.Name).ToList();
        var known = added
            .Where((p, i) => relatives[i].Exists(r => r.Sha256 == p.Look!.Sha256 && r.Class == p.Class))
            .ToHashSet(ReferenceEqualityComparer.Instance);
        var fresh = added.Index().Where(p => !known.Contains(p.Item)).ToList();
        var kept = fresh.Where(p => p.Item.Split != FolderSplit.Test && !relatives[p.Index].Exists(r => r.Split == DatasetSplit.Test)).ToList();
        var splits = Splits(parent, [.. kept.Select(p => p.Item)]);
        var more = kept
            .Select((p, i) => PictureSet.Line(p.Item, relatives[p.Index] is { Count: > 0 } like ? like[0].Split : splits[i], null))
            .ToList();
        var sums = new ChannelSums();
        foreach (var (picture, line) in kept.Zip(more).Where(p => p.Second.Split == DatasetSplit.Train)) sums.Add(picture.Item.Sums!);
        var statistics = sums.Count == 0 ? parent.Statistics : parent.Statistics.With(parent.Images.Train, sums.ToStatistics(), sums.Count);
        List<IndexedPicture> all = [.. lines, .. more];
        return new PictureExtension(Classify(all), PictureIndex.Of(all), statistics, known.Count, fresh.Count - kept.Count, conflicts);
    }

    private static List<IndexedPicture> Corrected(PictureIndex index, IReadOnlyDictionary<string, string> corrections)
    {
        var places = index.Pictures.Index().ToLookup(p => ImageFolder.NameOf(p.Item.Zip, p.Item.Name), p => p.Index, StringComparer.Ordinal);
        var lines = index.Pictures.ToList();
        foreach (var (name, label) in corrections)
        {
            if (places[name].Count() != 1)
                throw new DatasetException(name, 0, $"{places[name].Count()} pictures have this name; a correction is of one.");
            lines[places[name].Single()] = lines[places[name].Single()] with { Class = label };
        }

        return lines;
    }

    // The parent's pictures that each new one is like.
    private static List<IndexedPicture>[] Relatives(List<IndexedPicture> lines, IReadOnlyList<CheckedPicture> added)
    {
        var looks = lines
            .Select(l => (Line: (IndexedPicture?)l, Look: l.Sha256 is null ? null : PictureLook.Parse(l.Look, l.Sha256)))
            .Where(l => l.Look is not null)
            .ToList();
        var first = looks.Count;
        looks.AddRange(added.Select(p => ((IndexedPicture?)null, p.Look)));
        var relatives = added.Select(_ => new List<IndexedPicture>()).ToArray();
        foreach (var group in PictureGroups.Of([.. looks.Select(l => l.Look!)]))
        {
            // A test picture first: whoever is like one is left out.
            var old = group
                .Where(i => i < first)
                .Select(i => looks[i].Line!)
                .OrderByDescending(l => l.Split == DatasetSplit.Test)
                .ThenByDescending(l => l.Split == DatasetSplit.Validation)
                .ToList();
            foreach (var i in group.Where(i => i >= first)) relatives[i - first].AddRange(old);
        }

        return relatives;
    }

    // As many validate as in the parent, where none of the new ones were given for it.
    private static DatasetSplit[] Splits(DatasetManifest parent, IReadOnlyList<CheckedPicture> pictures)
    {
        if (parent.Images.Validation == 0 || pictures.Any(p => p.Split == FolderSplit.Validation))
            return [.. pictures.Select(p => p.Split == FolderSplit.Validation ? DatasetSplit.Validation : DatasetSplit.Train)];
        var shares = (parent.Drawn ?? DrawnSplit.Default) with { Test = 0 };
        var groups = PictureGroups.Of([.. pictures.Select(p => p.Look!)]);
        return SplitDraw.Of(pictures, groups, shares with { Validation = shares.Validation ?? DrawnSplit.Default.Validation }).Splits;
    }

    private static List<string> Classify(List<IndexedPicture> lines)
    {
        var classes = lines
            .Where(l => l.Split == DatasetSplit.Train)
            .Select(l => l.Class)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToList();
        return lines.Find(l => !classes.Contains(l.Class)) is not { } stranger
            ? classes
            : throw new DatasetException(
                ImageFolder.NameOf(stranger.Zip, stranger.Name), 0, $"No training picture is of the class {ClassName.Quoted(stranger.Class)}.");
    }
}

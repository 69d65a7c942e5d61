namespace WrnCloud.Datasets.Checks;

/// <summary>Looks for what makes a set of labelled pictures worse than it need be, before anything is trained on it.</summary>
public static class DatasetCheck
{
    /// <summary>Looks at every picture of an image folder.</summary>
    /// <param name="folder">The pictures.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static DatasetFindings Of(ImageFolder folder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var pictures = new List<CheckedPicture>();
        folder.Inspect(pictures.Add, cancellationToken);
        return Of(pictures, folder.LeftOut);
    }

    /// <summary>Judges pictures that were looked at.</summary>
    public static DatasetFindings Of(IReadOnlyList<CheckedPicture> pictures, IReadOnlyList<string> leftOut)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var good = pictures.Where(p => p.Look is not null).ToList();
        var groups = Alike(good);
        var conflicts = groups.Where(g => g.Select(p => p.Class).Distinct(StringComparer.Ordinal).Count() > 1).ToList();
        var leaks = groups.Except(conflicts).Where(g => g.Select(p => p.Split).Distinct().Count() > 1).ToList();
        return new DatasetFindings(
            [.. good.GroupBy(p => p.Class, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(Count)],
            [.. pictures.Where(p => p.Problem is not null).Select(p => new BadPicture(p.Name, p.Problem!))],
            Names(conflicts),
            Names(leaks),
            Names(groups.Except(conflicts).Except(leaks)),
            LookAlikes(good.Select(p => p.Class)),
            leftOut);
    }

    /// <summary>Groups of names that people would take for one.</summary>
    internal static IReadOnlyList<IReadOnlyList<string>> LookAlikes(IEnumerable<string> classes) =>
    [
        .. classes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).GroupBy(Plain, StringComparer.Ordinal).Where(g => g.Count() > 1)
            .Select(g => (IReadOnlyList<string>)[.. g]),
    ];

    private static string Plain(string name) => string.Join(
        ' ', name.ToUpperInvariant().Split([' ', '_', '-', '\u00A0'], StringSplitOptions.RemoveEmptyEntries));

    private static ClassCounts Count(IGrouping<string, CheckedPicture> pictures) => new(
        pictures.Key,
        pictures.Count(p => p.Split == FolderSplit.Train),
        pictures.Count(p => p.Split == FolderSplit.Validation),
        pictures.Count(p => p.Split == FolderSplit.Test));

    private static IReadOnlyList<IReadOnlyList<string>> Names(IEnumerable<List<CheckedPicture>> groups) =>
        [.. groups.Select(g => (IReadOnlyList<string>)[.. g.Select(p => p.Name)])];

    // Groups of two or more, in the order of their first pictures. Each picture is compared with those that share a key with it.
    private static List<List<CheckedPicture>> Alike(List<CheckedPicture> pictures)
    {
        var group = Enumerable.Range(0, pictures.Count).ToArray();
        var buckets = new Dictionary<(int, ushort), List<int>>();
        for (var i = 0; i < pictures.Count; i++)
        {
            foreach (var key in pictures[i].Look!.Keys())
            {
                if (!buckets.TryGetValue(key, out var others)) buckets[key] = others = [];
                foreach (var other in others)
                {
                    if (Root(other) != Root(i) && pictures[i].Look!.IsLike(pictures[other].Look!)) group[Root(i)] = Root(other);
                }

                others.Add(i);
            }
        }

        return [.. Enumerable.Range(0, pictures.Count).GroupBy(Root).Where(g => g.Count() > 1).Select(g => g.Select(i => pictures[i]).ToList())];

        int Root(int i)
        {
            while (group[i] != i) i = group[i] = group[group[i]];
            return i;
        }
    }
}

using WrnCloud.Datasets.Checks;

namespace WrnCloud.Datasets;

/// <summary>
/// Decides once which pictures train, validate and test.
/// Given splits stay as they are; one that is missing is drawn of the training pictures, class by class.
/// Pictures that are alike stay together; those whose labels contradict each other stay in training, for they can't measure anything.
/// </summary>
internal static class SplitDraw
{
    /// <summary>The split of each picture, and what was drawn; null when nothing had to be.</summary>
    /// <param name="pictures">Pictures that can be read, with the splits that their places say.</param>
    /// <param name="groups">Positions of pictures that are alike.</param>
    /// <param name="shares">Of each class's pictures, for what is missing.</param>
    public static (DatasetSplit[] Splits, DrawnSplit? Drawn) Of(
        IReadOnlyList<CheckedPicture> pictures, IReadOnlyList<IReadOnlyList<int>> groups, DrawnSplit shares)
    {
        var hasTest = pictures.Any(p => p.Split == FolderSplit.Test);
        var hasValidation = pictures.Any(p => p.Split == FolderSplit.Validation);
        var splits = pictures.Select(p => Given(p.Split)).ToArray();
        var drawn = new DrawnSplit(hasValidation ? null : shares.Validation, hasTest ? null : shares.Test, shares.Seed);
        if ((drawn.Validation ?? 0) == 0 && (drawn.Test ?? 0) == 0) return (splits, null);

        var counts = pictures.CountBy(p => p.Class, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var classes = Units(pictures, groups, splits)
            .GroupBy(u => pictures[u[0]].Class, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal);
        foreach (var (label, units) in classes.Index())
        {
            var sorted = units.ToList();
            var order = Enumerable.Range(0, sorted.Count).ToArray();
            new Xoshiro256(unchecked((ulong)shares.Seed), (ulong)label).Shuffle(order);
            var left = order.Select(i => sorted[i]).ToList();
            var bothMissing = drawn is { Test: > 0, Validation: > 0 } && left.Count > 2;
            foreach (var i in Take(left, drawn.Test ?? 0, counts[units.Key], bothMissing ? 2 : 1)) splits[i] = DatasetSplit.Test;
            foreach (var i in Take(left, drawn.Validation ?? 0, counts[units.Key], 1)) splits[i] = DatasetSplit.Validation;
        }

        return (splits, drawn);
    }

    private static DatasetSplit Given(FolderSplit split) => split switch
    {
        FolderSplit.Train => DatasetSplit.Train,
        FolderSplit.Validation => DatasetSplit.Validation,
        _ => DatasetSplit.Test,
    };

    // Training pictures that go to one split together, each by its own name, so that the order in which zips hold them does not matter.
    private static IEnumerable<int[]> Units(IReadOnlyList<CheckedPicture> pictures, IReadOnlyList<IReadOnlyList<int>> groups, DatasetSplit[] splits)
    {
        var isGrouped = new bool[pictures.Count];
        var units = new List<int[]>();
        foreach (var group in groups)
        {
            foreach (var i in group) isGrouped[i] = true;
            int[] members = [.. group.Where(i => splits[i] == DatasetSplit.Train)];
            if (members.Length > 0 && group.All(i => pictures[i].Class == pictures[group[0]].Class))
                units.Add([.. Sorted(members, i => pictures[i])]);
        }

        units.AddRange(Enumerable.Range(0, pictures.Count).Where(i => !isGrouped[i] && splits[i] == DatasetSplit.Train).Select(i => new[] { i }));
        return Sorted(units, u => pictures[u[0]]);
    }

    private static IEnumerable<T> Sorted<T>(IEnumerable<T> items, Func<T, CheckedPicture> picture) =>
        items.OrderBy(i => picture(i).Zip, StringComparer.Ordinal).ThenBy(i => picture(i).Path, StringComparer.Ordinal);

    // Whole units, up to the share; where none is small enough, the smallest. So many units stay.
    private static List<int> Take(List<int[]> units, double share, int pictures, int stay)
    {
        var taken = new List<int>();
        if (share == 0 || units.Count <= stay) return taken;
        var wanted = Math.Clamp((int)Math.Round(pictures * share, MidpointRounding.AwayFromZero), 1, Math.Max(1, units.Sum(u => u.Length) / 2));
        for (var i = 0; i < units.Count && units.Count > stay;)
        {
            if (taken.Count + units[i].Length > wanted)
            {
                i++;
                continue;
            }

            taken.AddRange(units[i]);
            units.RemoveAt(i);
        }

        if (taken.Count > 0) return taken;
        var smallest = units.MinBy(u => u.Length)!;
        units.Remove(smallest);
        return [.. smallest];
    }
}

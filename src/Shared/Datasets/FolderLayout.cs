namespace WrnCloud.Datasets;

/// <summary>
/// How pictures lie in folders. With a level of splits, however deep: <c>…/train/{class}/…/{file}</c> beside <c>…/test/…</c> and
/// <c>…/val/…</c>. Without one: <c>{class}/…/{file}</c>, below the folders that all pictures share. The class is the first folder, whatever
/// lies below it.
/// </summary>
internal static class FolderLayout
{
    private static readonly Dictionary<string, FolderSplit> Splits = new(StringComparer.OrdinalIgnoreCase)
    {
        ["train"] = FolderSplit.Train,
        ["training"] = FolderSplit.Train,
        ["val"] = FolderSplit.Validation,
        ["valid"] = FolderSplit.Validation,
        ["validation"] = FolderSplit.Validation,
        ["dev"] = FolderSplit.Validation,
        ["test"] = FolderSplit.Test,
        ["testing"] = FolderSplit.Test,
    };

    /// <summary>Split and class of each picture; null for one that lies outside the layout.</summary>
    /// <param name="paths">Folders and file of each picture.</param>
    /// <param name="unnamed">The split where no folder names one.</param>
    /// <param name="problem">Why the pictures have no classes that can be told; null otherwise.</param>
    public static (FolderSplit Split, string Class)?[] Of(IReadOnlyList<string[]> paths, FolderSplit unnamed, out string? problem)
    {
        problem = null;
        if (SplitLevel(paths) is { } level) return [.. paths.Select(p => InSplit(p, level))];

        var shared = SharedFolders(paths);
        var classes = paths.Where(p => p.Length > shared + 1).Select(p => p[shared]).Distinct(StringComparer.Ordinal).ToList();
        var kinds = classes.Where(Splits.ContainsKey).Select(c => Splits[c]).Distinct().ToList();
        if (classes.Count > 0 && (kinds.Count > 1 || classes.TrueForAll(Splits.ContainsKey)))
            problem = $"Pictures lie directly in {string.Join(" and ", classes.Where(Splits.ContainsKey).Select(c => $"{c}/"))}, "
                + "so that their classes can't be told: each class needs a folder of its own, as in train/CLASS/FILE.";
        else if (paths.Any(p => p.Length > shared + 2 && Splits.ContainsKey(p[shared + 1])) && Kinds(paths, shared + 1) > 1)
            problem = "The splits lie inside the classes (CLASS/train/FILE): they are read the other way round, train/CLASS/FILE.";
        return [.. paths.Select(p => p.Length > shared + 1 ? (unnamed, p[shared]) : ((FolderSplit, string)?)null)];
    }

    // The level where both training and other pictures are named; else the first that names any, training first.
    private static int? SplitLevel(IReadOnlyList<string[]> paths)
    {
        var kinds = new List<HashSet<FolderSplit>>();
        foreach (var path in paths)
        {
            for (var level = 0; level + 3 <= path.Length; level++)
            {
                if (level == kinds.Count) kinds.Add([]);
                if (Splits.TryGetValue(path[level], out var split)) kinds[level].Add(split);
            }
        }

        Predicate<HashSet<FolderSplit>>[] preferences =
            [k => k.Count > 1 && k.Contains(FolderSplit.Train), k => k.Contains(FolderSplit.Train), k => k.Count > 0];
        return preferences.Select(p => kinds.FindIndex(p)).Where(i => i >= 0).Select(i => (int?)i).FirstOrDefault();
    }

    private static (FolderSplit, string)? InSplit(string[] path, int level) =>
        path.Length >= level + 3 && Splits.TryGetValue(path[level], out var split) ? (split, path[level + 1]) : null;

    // Where all pictures lie in one folder, that folder is their class.
    private static int SharedFolders(IReadOnlyList<string[]> paths)
    {
        if (paths.Count == 0) return 0;
        var shared = paths.Min(p => p.Length) - 1;
        for (var level = 0; level < shared; level++)
        {
            if (paths.Any(p => p[level] != paths[0][level])) return level;
        }

        return paths.All(p => p.Length == shared + 1) ? Math.Max(0, shared - 1) : shared;
    }

    private static int Kinds(IReadOnlyList<string[]> paths, int level) =>
        paths.Where(p => p.Length > level + 1 && Splits.ContainsKey(p[level])).Select(p => Splits[p[level]]).Distinct().Count();
}

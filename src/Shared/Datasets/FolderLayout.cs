using WrnCloud.Storage;

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

    // Other words that a folder of a split has in its name.
    private static readonly Dictionary<string, FolderSplit> SplitWords = new(Splits, StringComparer.OrdinalIgnoreCase)
    {
        ["trainset"] = FolderSplit.Train,
        ["valset"] = FolderSplit.Validation,
        ["eval"] = FolderSplit.Test,
        ["evaluation"] = FolderSplit.Test,
        ["holdout"] = FolderSplit.Test,
        ["testset"] = FolderSplit.Test,
    };

    /// <summary>Split and class of each picture; null for one that lies outside the layout.</summary>
    /// <param name="paths">Folders and file of each picture.</param>
    /// <param name="unnamed">The split where no folder names one.</param>
    /// <param name="isStored">Whether they were stored without an index: then folders that are doubtful today are taken as they were taken.</param>
    /// <param name="problem">Why the pictures have no classes that can be told; null otherwise.</param>
    public static (FolderSplit Split, string Class)?[] Of(IReadOnlyList<string[]> paths, FolderSplit unnamed, bool isStored, out string? problem)
    {
        problem = null;
        if (SplitLevel(paths) is { } level)
        {
            if (!isStored) problem = FoldersBeside(paths, level);
            return [.. paths.Select(p => InSplit(p, level))];
        }

        var shared = SharedFolders(paths);
        var classes = paths.Where(p => p.Length > shared + 1).Select(p => p[shared]).Distinct(StringComparer.Ordinal).ToList();
        var kinds = classes.Where(Splits.ContainsKey).Select(c => Splits[c]).Distinct().ToList();
        if (classes.Count > 0 && (kinds.Count > 1 || classes.TrueForAll(Splits.ContainsKey)))
            problem = $"Pictures lie directly in {List([.. classes.Where(Splits.ContainsKey)])}, "
                + "so that their classes can't be told: each class needs a folder of its own, as in train/CLASS/FILE.";
        else if (paths.Any(p => p.Length > shared + 2 && Splits.ContainsKey(p[shared + 1])) && Kinds(paths, shared + 1) > 1)
            problem = "The splits lie inside the classes (CLASS/train/FILE): they are read the other way round, train/CLASS/FILE.";
        else if (!isStored)
            problem = ClassesLikeSplits(classes, areDirect: paths.All(p => p.Length <= shared + 2));
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

    // Beside one split alone any other folder of pictures makes it doubtful: "train" beside "bus" and "car" may be a class. Not so a folder such as
    // "test1" with pictures and no classes.
    private static string? FoldersBeside(IReadOnlyList<string[]> paths, int level)
    {
        var splits = paths.Where(p => InSplit(p, level) is not null).ToList();
        var names = splits.Select(p => p[level]).Distinct(StringComparer.Ordinal).ToList();
        if (names.Select(n => Splits[n]).Distinct().Count() > 1) return null;
        var parents = splits.Select(Parent).ToHashSet(StringComparer.Ordinal);
        var others = paths.Where(p => p.Length > level + 1 && !Splits.ContainsKey(p[level]) && parents.Contains(Parent(p)))
            .Where(p => ArchiveNames.MayBePicture(p[^1]) && (p.Length > level + 2 || !Words(p[level]).Exists(SplitWords.ContainsKey)))
            .Select(p => p[level])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return others.Count == 0
            ? null
            : $"{List(names)} lies beside {List(others)}, so that it may be a split or a class. If it is a class, put all class folders "
                + $"into one of the name train, as in train/{names[0]}/FILE; if it is a split, take the others out, or call them train, val or test.";

        string Parent(string[] path) => string.Join('/', path[..level]);
    }

    // Such as train_images and val_images: figures that "classify" training against validation pictures would look good.
    private static string? ClassesLikeSplits(List<string> classes, bool areDirect)
    {
        var words = classes.ConvertAll(c => Words(c).Find(SplitWords.ContainsKey));
        if (words.Contains(null) || words.Select(w => SplitWords[w!]).Distinct().Count() < 2) return null;
        return areDirect
            ? $"Pictures lie directly in {List(classes)}, which look like splits, no classes: "
                + "each class needs a folder of its own, as in train/CLASS/FILE."
            : $"{List(classes)} look like splits, no classes: call the folders train, val and test, as in train/CLASS/FILE.";
    }

    // "trainImages" has two, as "train_images" has.
    private static List<string> Words(string name)
    {
        var letters = name.Select((c, i) => !char.IsLetter(c) ? " " : i > 0 && char.IsUpper(c) && char.IsLower(name[i - 1]) ? $" {c}" : $"{c}");
        return [.. string.Concat(letters).Split(' ')];
    }

    private static string List(List<string> folders)
    {
        const int most = 5;
        var shown = folders.Take(most).Select(f => $"{ArchiveNames.Printable(f)}/").ToList();
        if (folders.Count > most) return $"{string.Join(", ", shown)} and {folders.Count - most} more";
        return shown.Count < 2 ? shown[0] : $"{string.Join(", ", shown.SkipLast(1))} and {shown[^1]}";
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

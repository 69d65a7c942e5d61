namespace WrnCloud.Datasets.Checks;

/// <summary>Puts pictures that are alike together, also over others: what belongs together must not be on both sides of a split.</summary>
internal static class PictureGroups
{
    /// <summary>Groups of two or more positions, in the order of their first pictures.</summary>
    /// <remarks>Each picture is compared with the first of its file's, and, where it has detail, with those that share a key with it.</remarks>
    public static IReadOnlyList<IReadOnlyList<int>> Of(IReadOnlyList<PictureLook> pictures)
    {
        var group = Enumerable.Range(0, pictures.Count).ToArray();
        var files = new Dictionary<string, int>(StringComparer.Ordinal);
        var buckets = new Dictionary<(int, ushort), List<int>>();
        for (var i = 0; i < pictures.Count; i++)
        {
            if (!files.TryAdd(pictures[i].Sha256, i))
            {
                group[Root(i)] = Root(files[pictures[i].Sha256]);
                continue;
            }

            if (pictures[i].IsEven) continue;
            foreach (var key in pictures[i].Keys())
            {
                if (!buckets.TryGetValue(key, out var others)) buckets[key] = others = [];
                foreach (var other in others)
                {
                    if (Root(other) != Root(i) && pictures[i].IsLike(pictures[other])) group[Root(i)] = Root(other);
                }

                others.Add(i);
            }
        }

        return [.. Enumerable.Range(0, pictures.Count).GroupBy(Root).Where(g => g.Count() > 1).Select(g => (IReadOnlyList<int>)[.. g])];

        int Root(int i)
        {
            while (group[i] != i) i = group[i] = group[group[i]];
            return i;
        }
    }
}

using WrnCloud.Cli.Api;
using WrnCloud.Cli.Output;
using WrnCloud.Datasets;
using WrnCloud.Datasets.Checks;

namespace WrnCloud.Cli.Pushing;

/// <summary>Makes a data set of another one that was pushed, and of what is added or corrected.</summary>
internal static class ExtendedDataset
{
    /// <param name="api">Has the parent.</param>
    /// <param name="name">The new data set's name.</param>
    /// <param name="parentName">The parent's.</param>
    /// <param name="add">New pictures, as in a push; null for none.</param>
    /// <param name="correct">A table of corrections; null for none.</param>
    /// <param name="options">What is asked of the new pictures.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="UsageException">The parent has no list of pictures, or nothing is added or corrected.</exception>
    /// <exception cref="DatasetException">A picture or a correction breaks its rule.</exception>
    public static async Task<(LocalDataset Dataset, PictureExtension Extension)> ReadAsync(
        ApiClient api, string name, string parentName, string? add, string? correct, PushOptions options, CancellationToken cancellationToken)
    {
        var parent = await api.GetDatasetAsync(parentName, cancellationToken);
        if (parent.Index is not { } indexName)
            throw new UsageException($"'{parentName}' has no list of its pictures, as sets of photographs have that are pushed now: push it again.");
        var index = await IndexAsync(api, parent, indexName, cancellationToken);
        var corrections = correct is null ? new Dictionary<string, string>() : Corrections(correct);
        var taken = parent.Files.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        IReadOnlyList<LocalFile> files = [];
        List<CheckedPicture> pictures = [];
        if (add is not null)
            (files, pictures) = DatasetSource.WithImageFolder(
                add, (folder, zips, leftOut) => Look(folder, zips, leftOut, taken, options, cancellationToken));
        var extension = PictureExtension.Of(parent, index, pictures, corrections);
        if (corrections.Count == 0 && extension.Index.Pictures.Count == index.Pictures.Count)
            throw new UsageException("Nothing is added and nothing corrected: --add has no picture that is not there already.");
        return (LocalDataset.Of(name, parent, extension, files), extension);
    }

    private static (IReadOnlyList<LocalFile> Files, List<CheckedPicture> Pictures) Look(
        ImageFolder folder,
        IReadOnlyList<(LocalFile File, DatasetSplit Split)> zips,
        IReadOnlyList<string> leftOut,
        HashSet<string> taken,
        PushOptions options,
        CancellationToken cancellationToken)
    {
        var all = new List<CheckedPicture>();
        folder.Inspect(all.Add, cancellationToken);
        var findings = DatasetCheck.Of(all, [.. leftOut, .. folder.LeftOut]);
        options.Report?.Invoke(findings);
        if (findings.BadShare > options.MaxBad)
            throw new FailedException($"{findings.BadShare:P1} of the pictures can't be read; at most {Format.Share(options.MaxBad)} may.");

        // Names that none of the parent's files has.
        var free = Enumerable.Range(1, int.MaxValue).Select(ImageFolder.PackedPart).Where(n => !taken.Contains(n)).Take(zips.Count).ToList();
        var names = zips.Select((z, i) => (z.File.Name, New: free[i])).ToDictionary(n => n.Name, n => n.New, StringComparer.Ordinal);
        return (
            [.. zips.Select((z, i) => z.File with { Name = free[i] })],
            [.. all.Where(p => p.Look is not null).Select(p => p with { Zip = names[p.Zip] })]);
    }

    private static async Task<PictureIndex> IndexAsync(ApiClient api, DatasetManifest parent, string name, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("wrn-extend");
        try
        {
            var sha256 = parent.Files.First(f => f.Name == name).Sha256;
            var path = await FileDownload.SaveAsync(
                name, sha256, folder.FullName, (f, ct) => api.OpenDatasetFileAsync(parent.Name, f, ct), api.Clock, cancellationToken);
            await using var file = File.OpenRead(path);
            return PictureIndex.Read(file, parent);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // A picture's name as a check gives it, a comma, its class. The last comma of a line divides; a heading may come first.
    private static Dictionary<string, string> Corrections(string path)
    {
        var corrections = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (number, line) in File.ReadLines(path).Index().Where(l => l.Item.Length > 0))
        {
            var comma = line.LastIndexOf(',');
            var (name, label) = comma < 0 ? (line, "") : (Unquoted(line[..comma]), Unquoted(line[(comma + 1)..]));
            if (number == 0 && label is "class" or "label") continue;
            if (label.Length == 0 || label.Any(char.IsControl) || !corrections.TryAdd(name, label))
                throw new UsageException($"{path}, line {number + 1}: a line is PICTURE,CLASS, with each picture once.");
        }

        return corrections;
    }

    private static string Unquoted(string cell) =>
        cell.Trim() is ['"', .. var inner, '"'] ? inner.Replace("\"\"", "\"", StringComparison.Ordinal) : cell.Trim();
}

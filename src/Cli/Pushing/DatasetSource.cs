using WrnCloud.Datasets;
using WrnCloud.Datasets.Checks;

namespace WrnCloud.Cli.Pushing;

/// <summary>Finds the files of a data set of any format in a folder, by their names, and reads them through.</summary>
internal static class DatasetSource
{
    private const string FineClassesFile = "fine_label_names.txt";

    /// <param name="name">The data set's name.</param>
    /// <param name="format">How the files are laid out.</param>
    /// <param name="path">A folder; for an image folder of folders of pictures, of zips, or a zip.</param>
    /// <param name="options">What is asked of photographs.</param>
    /// <param name="cancellationToken">Ends the look at photographs.</param>
    /// <exception cref="UsageException">Files are missing, or a name may not be stored.</exception>
    /// <exception cref="DatasetException">A file breaks the format.</exception>
    public static LocalDataset Read(
        string name, DatasetFormat format, string path, PushOptions options, CancellationToken cancellationToken) =>
        format switch
        {
            DatasetFormat.Cifar100Binary => LocalDataset.Of(name, format, FineClasses(path), Find(path, "*.bin", ["train"], ["test"])),
            DatasetFormat.SvhnMat => LocalDataset.Of(name, format, SvhnMat.Digits, Find(path, "*.mat", ["train", "extra"], ["test"])),
            DatasetFormat.ImageFolder => ReadImageFolder(name, path, options, cancellationToken),
            _ => Cifar10Folder.Read(name, path),
        };

    /// <summary>The format that the files in a folder tell by their names; an image folder where they tell none.</summary>
    public static DatasetFormat FormatOf(string path)
    {
        if (!Directory.Exists(path)) return DatasetFormat.ImageFolder;
        if (File.Exists(Path.Combine(path, FineClassesFile))) return DatasetFormat.Cifar100Binary;
        if (Directory.EnumerateFiles(path, "*.bin").Any()) return DatasetFormat.Cifar10Binary;
        return Directory.EnumerateFiles(path, "*.mat").Any() ? DatasetFormat.SvhnMat : DatasetFormat.ImageFolder;
    }

    private static IReadOnlyList<string> FineClasses(string folder)
    {
        var path = Path.Combine(folder, FineClassesFile);
        return File.Exists(path) ? ClassNames.Read(path) : Cifar100Binary.Cifar100Classes;
    }

    private static List<(LocalFile File, DatasetSplit Split)> Find(string folder, string pattern, string[] train, string[] test)
    {
        if (!Directory.Exists(folder)) throw new UsageException($"There is no folder '{folder}'.");
        var files = Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal).ToList();
        List<(LocalFile File, DatasetSplit Split)> found =
        [
            .. files.Where(f => Has(f, train)).Select(f => (LocalFile.OnDisk(f), DatasetSplit.Train)),
            .. files.Where(f => Has(f, test) && !Has(f, train)).Select(f => (LocalFile.OnDisk(f), DatasetSplit.Test)),
        ];
        if (found.Select(f => f.Split).Distinct().Count() == 2) return found;
        throw new UsageException(
            $"In '{folder}' there must be files {pattern} with {string.Join(" or ", train)} in their names, for training, "
                + $"and with {string.Join(" or ", test)}.");
    }

    /// <summary>Opens the pictures of an image folder for as long as <paramref name="act"/> takes.</summary>
    /// <param name="path">A folder of folders of pictures, of zips, or a zip.</param>
    /// <param name="act">Gets the pictures, the files that they lie in, and a sentence for what was left out when they were packed.</param>
    /// <exception cref="UsageException">There is nothing of the kind.</exception>
    /// <exception cref="DatasetException">A zip breaks the format.</exception>
    public static T WithImageFolder<T>(
        string path, Func<ImageFolder, IReadOnlyList<(LocalFile File, DatasetSplit Split)>, IReadOnlyList<string>, T> act)
    {
        var (files, leftOut) = ImageFiles(path);
        var opened = new List<Stream>();
        try
        {
            foreach (var (file, _) in files) opened.Add(file.Open());
            using var folder = ImageFolder.Open([.. files.Select((f, i) => (f.File.Name, f.Split, opened[i]))]);
            return act(folder, files, leftOut);
        }
        finally
        {
            foreach (var stream in opened) stream.Dispose();
        }
    }

    private static LocalDataset ReadImageFolder(
        string name, string path, PushOptions options, CancellationToken cancellationToken) => WithImageFolder(path, (folder, files, leftOut) =>
    {
        var names = Directory.Exists(path) && files[0].File.Name == ImageFolder.PackedName
            ? $"'{path}'"
            : string.Join(", ", files.Select(f => f.File.Name));
        if (folder.Classes.Count == 0)
            throw new FailedException(
                $"There is no training picture in {names}: {Why(files)}they are looked for as train/CLASS/FILE, or CLASS/FILE.");
        if (folder.Classes.Count == 1)
            throw new FailedException(
                $"There is one class only in {names}, {ClassName.Quoted(folder.Classes[0])}: "
                    + "training takes two or more, as train/CLASS/FILE, or CLASS/FILE.");
        Action<DatasetFindings> report = findings => options.Report?.Invoke(findings with { LeftOut = [.. leftOut, .. findings.LeftOut] });
        return LocalDataset.Of(name, PictureSet.Of(folder, options.Shares, options.MaxBad, report, cancellationToken), files);
    });

    private static (List<(LocalFile File, DatasetSplit Split)> Files, IReadOnlyList<string> LeftOut) ImageFiles(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path)) throw new UsageException($"There is no folder and no file '{path}'.");

        // A zip that comes alone has all splits, whatever it is called.
        if (File.Exists(path)) return ([(LocalFile.OnDisk(path), DatasetSplit.Train)], []);
        var zips = Directory.EnumerateFiles(path, "*.zip").Order(StringComparer.Ordinal).ToList();
        var listing = FolderListing.Of(path);
        if (zips.Count > 0 && listing.HasPictures)
            throw new FailedException(
                $"In '{path}' there are folders of pictures, and beside them {Path.GetFileName(zips[0])}"
                    + $"{(zips.Count > 1 ? $" and {zips.Count - 1} more" : "")}: which are the data set? "
                    + "Take the others away, or push a zip by its name.");
        if (zips.Count > 0) return ([.. zips.Select(z => (LocalFile.OnDisk(z), zips.Count == 1 ? DatasetSplit.Train : SplitOf(z)))], []);
        if (!listing.HasPictures)
            throw new UsageException(
                $"In '{path}' there are no folders of pictures and no zip: "
                    + "pictures are looked for as CLASS/FILE, or train/CLASS/FILE and test/CLASS/FILE.");
        return ([.. PackedFolder.Pack(path, listing).Select(f => (f, DatasetSplit.Train))], listing.LeftOut);
    }

    private static string Why(IReadOnlyList<(LocalFile File, DatasetSplit Split)> files)
    {
        var named = files.Where(f => f.Split != DatasetSplit.Train).Select(f => f.File.Name).ToList();
        return named.Count == 0 ? "" : $"by the word in {(named.Count == 1 ? "its name" : "their names")} {string.Join(", ", named)} "
            + $"{(named.Count == 1 ? "is" : "are")} for testing or validation. Training pictures lie in another zip, or below train; ";
    }

    private static DatasetSplit SplitOf(string zip)
    {
        if (Has(zip, ["test", "testing"])) return DatasetSplit.Test;
        return Has(zip, ["val", "valid", "validation", "dev"]) ? DatasetSplit.Validation : DatasetSplit.Train;
    }

    // Whole words: "latest" and "festival" are no test files.
    private static bool Has(string path, string[] words)
    {
        var name = string.Concat(Path.GetFileName(path).Select(c => char.IsAsciiLetter(c) ? c : ' '));
        return name.Split(' ').Intersect(words, StringComparer.OrdinalIgnoreCase).Any();
    }
}

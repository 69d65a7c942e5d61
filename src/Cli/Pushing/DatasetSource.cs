using WrnCloud.Datasets;

namespace WrnCloud.Cli.Pushing;

/// <summary>Finds the files of a data set of any format in a folder, by their names, and reads them through.</summary>
internal static class DatasetSource
{
    private const string FineClassesFile = "fine_label_names.txt";

    /// <param name="name">The data set's name.</param>
    /// <param name="format">How the files are laid out.</param>
    /// <param name="path">A folder; for an image folder also a zip.</param>
    /// <exception cref="UsageException">Files are missing, or a name may not be stored.</exception>
    /// <exception cref="DatasetException">A file breaks the format.</exception>
    public static LocalDataset Read(string name, DatasetFormat format, string path) => format switch
    {
        DatasetFormat.Cifar100Binary => LocalDataset.Of(name, format, FineClasses(path), Find(path, "*.bin", ["train"], ["test"])),
        DatasetFormat.SvhnMat => LocalDataset.Of(name, format, SvhnMat.Digits, Find(path, "*.mat", ["train", "extra"], ["test"])),
        DatasetFormat.ImageFolder => ReadImageFolder(name, path),
        _ => Cifar10Folder.Read(name, path),
    };

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
        throw new UsageException($"In '{folder}' there must be files {pattern} with {string.Join(" or ", train)} in their names, for training, and with {string.Join(" or ", test)}.");
    }

    private static LocalDataset ReadImageFolder(string name, string path)
    {
        var zips = Zips(path);
        List<(LocalFile File, DatasetSplit Split)> files = [.. zips.Select(z => (LocalFile.OnDisk(z), Has(z, ["test", "val"]) ? DatasetSplit.Test : DatasetSplit.Train))];
        var opened = new List<Stream>();
        try
        {
            foreach (var (file, _) in files) opened.Add(file.Open());
            using var folder = ImageFolder.Open([.. files.Select((f, i) => (f.File.Name, f.Split, opened[i]))]);
            if (folder.Classes.Count == 0)
                throw new UsageException($"There is no training picture in {Names()}: they are looked for as train/CLASS/FILE, or CLASS/FILE.");
            if (folder.Classes.Count == 1)
                throw new UsageException($"There is one class only in {Names()}, '{folder.Classes[0]}': training takes two or more, as train/CLASS/FILE, or CLASS/FILE.");
            return LocalDataset.Of(name, DatasetFormat.ImageFolder, folder.Classes, files, folder.HasTestImages ? null : HeldOut.Tenth, folder.LeftOut);
        }
        finally
        {
            foreach (var stream in opened) stream.Dispose();
        }

        string Names() => string.Join(", ", zips.Select(Path.GetFileName));
    }

    private static List<string> Zips(string path)
    {
        if (File.Exists(path)) return [path];
        if (!Directory.Exists(path)) throw new UsageException($"There is no folder and no file '{path}'.");
        var zips = Directory.EnumerateFiles(path, "*.zip").Order(StringComparer.Ordinal).ToList();
        return zips.Count > 0 ? zips : throw new UsageException($"In '{path}' there is no zip. Pack the pictures: cd {path} && zip -r -0 ../pictures.zip train test");
    }

    // Whole words: "latest" and "festival" are no test files.
    private static bool Has(string path, string[] words)
    {
        var name = string.Concat(Path.GetFileName(path).Select(c => char.IsAsciiLetter(c) ? c : ' '));
        return name.Split(' ').Intersect(words, StringComparer.OrdinalIgnoreCase).Any();
    }
}

using WrnCloud.Datasets;

namespace WrnCloud.Cli.Pushing;

/// <summary>
/// Finds the files of a data set in CIFAR-10's binary form: the six of CIFAR-10 itself, or any <c>*train*.bin</c> and <c>*test*.bin</c>.
/// Class names come from <c>batches.meta.txt</c> when it is there.
/// </summary>
internal static class Cifar10Folder
{
    private const string ClassesFile = "batches.meta.txt";
    private static readonly string[] TrainFiles = [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")];
    private static readonly string[] TestFiles = ["test_batch.bin"];

    /// <exception cref="UsageException">The folder or some of its files are missing.</exception>
    /// <exception cref="DatasetException">A file breaks the format.</exception>
    public static LocalDataset Read(string name, string folder)
    {
        var (train, test) = Find(folder);
        return LocalDataset.Of(
            name, DatasetFormat.Cifar10Binary, Classes(folder), [.. On(DatasetSplit.Train, train), .. On(DatasetSplit.Test, test)]);

        IEnumerable<(LocalFile File, DatasetSplit Split)> On(DatasetSplit split, IEnumerable<string> names) =>
            names.Select(n => (LocalFile.OnDisk(Path.Combine(folder, n)), split));
    }

    /// <summary>The names of the files of both splits, nothing read yet.</summary>
    /// <exception cref="UsageException">The folder or some of its files are missing.</exception>
    public static (IReadOnlyList<string> Train, IReadOnlyList<string> Test) Find(string folder)
    {
        if (!Directory.Exists(folder)) throw new UsageException($"There is no folder '{folder}'.");
        var names = Directory.EnumerateFiles(folder, "*.bin").Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal).ToList();
        var train = names.Where(n => n.Contains("train", StringComparison.Ordinal)).ToList();
        var test = names.Where(n => n.Contains("test", StringComparison.Ordinal)).ToList();
        if (train.Count > 0 && test.Count > 0) return (train, test);
        RequireAll(folder, names);
        return (TrainFiles, TestFiles);
    }

    private static void RequireAll(string folder, List<string> names)
    {
        var missing = TrainFiles.Concat(TestFiles).Except(names).ToList();
        if (missing.Count == 0) return;
        var packed = missing.Any(n => File.Exists(Path.Combine(folder, n + ".xz")));
        var remedy = packed
            ? $"They are there packed; unpack them: xz -dk {Path.Combine(folder, "*.bin.xz")}"
            : "They are in cifar-10-binary.tar.gz (https://www.cs.toronto.edu/~kriz/cifar.html): tar -xzf cifar-10-binary.tar.gz";
        throw new UsageException($"In '{folder}' these files are missing: {string.Join(", ", missing)}. {remedy}");
    }

    private static IReadOnlyList<string> Classes(string folder)
    {
        var path = Path.Combine(folder, ClassesFile);
        return File.Exists(path) ? ClassNames.Read(path) : Cifar10Binary.Cifar10Classes;
    }
}

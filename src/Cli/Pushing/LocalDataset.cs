using WrnCloud.Datasets;
using WrnCloud.Storage;

namespace WrnCloud.Cli.Pushing;

/// <summary>A data set on this side: its manifest, and the files as they will be stored.</summary>
internal sealed class LocalDataset
{
    private readonly Lazy<LabelledImages> _train;
    private readonly Lazy<LabelledImages> _test;

    private LocalDataset(DatasetManifest manifest, IReadOnlyList<LocalFile> files)
    {
        (Manifest, Files) = (manifest, files);
        _train = new Lazy<LabelledImages>(() => Load(DatasetSplit.Train));
        _test = new Lazy<LabelledImages>(() => Load(DatasetSplit.Test));
    }

    public DatasetManifest Manifest { get; }

    public IReadOnlyList<LocalFile> Files { get; }

    /// <summary>The training images at 32×32, read into memory when first asked for.</summary>
    public LabelledImages Train => _train.Value;

    /// <summary>The test images at 32×32, read into memory when first asked for.</summary>
    public LabelledImages Test => _test.Value;

    /// <summary>Describes a data set of image records, reading every image once, one after the other.</summary>
    /// <exception cref="DatasetException">A file breaks the format.</exception>
    /// <exception cref="UsageException">A name may not be stored.</exception>
    public static LocalDataset Of(
        string name, DatasetFormat format, IReadOnlyList<string> classes, IReadOnlyList<(LocalFile File, DatasetSplit Split)> files)
    {
        var described = Describe(name, files);
        var byName = files.ToDictionary(f => f.File.Name, f => f.File);
        var manifest = DatasetReader.Describe(name, format, classes, described, null, f => byName[f.Name].Open());
        return new LocalDataset(manifest, [.. files.Select(f => f.File)]);
    }

    /// <summary>Describes a set of photographs.</summary>
    /// <param name="name">The data set's name.</param>
    /// <param name="pictures">What the zips hold.</param>
    /// <param name="files">The zips.</param>
    /// <exception cref="DatasetException">A file or a field breaks its rule.</exception>
    /// <exception cref="UsageException">A name may not be stored.</exception>
    public static LocalDataset Of(string name, PictureSet pictures, IReadOnlyList<(LocalFile File, DatasetSplit Split)> files)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var index = LocalFile.InMemory(PictureIndex.FileName, pictures.Index.Serialize());
        IReadOnlyList<(LocalFile File, DatasetSplit Split)> all =
            [.. files.Select(f => (f.File, Held(pictures.Index, f.File.Name, f.Split))), (index, DatasetSplit.Train)];
        return new LocalDataset(pictures.ToManifest(name, Describe(name, all)), [.. all.Select(f => f.File)]);
    }

    /// <summary>Describes a set of photographs that extends another.</summary>
    /// <param name="name">The data set's name.</param>
    /// <param name="parent">What it extends.</param>
    /// <param name="extension">What it has.</param>
    /// <param name="files">The zips of the new pictures.</param>
    /// <exception cref="DatasetException">A file or a field breaks its rule.</exception>
    /// <exception cref="UsageException">A name may not be stored.</exception>
    public static LocalDataset Of(string name, DatasetManifest parent, PictureExtension extension, IReadOnlyList<LocalFile> files)
    {
        var index = LocalFile.InMemory(PictureIndex.FileName, extension.Index.Serialize());
        IReadOnlyList<LocalFile> own = [.. files, index];
        var inherited = parent.ImageFiles.Select(f => f with { Dataset = f.Dataset ?? parent.Name });
        var manifest = parent with
        {
            Name = name,
            Parent = parent.Name,
            Classes = extension.Classes,
            Files = [.. inherited, .. Describe(name, [.. own.Select(f => (f, DatasetSplit.Train))])],
            Images = extension.Index.Sizes,
            Statistics = extension.Statistics,
            Index = PictureIndex.FileName,
        };
        return new LocalDataset(manifest.Checked(), own);
    }

    /// <summary>A data set in CIFAR-10's binary form, in memory.</summary>
    /// <exception cref="DatasetException">A file breaks the format.</exception>
    /// <exception cref="UsageException">A name may not be stored.</exception>
    public static LocalDataset Of(
        string name,
        IReadOnlyList<string> classes,
        IReadOnlyList<(string Name, ReadOnlyMemory<byte> Bytes)> train,
        IReadOnlyList<(string Name, ReadOnlyMemory<byte> Bytes)> test) =>
        Of(
            name,
            DatasetFormat.Cifar10Binary,
            classes,
            [
                .. train.Select(f => (LocalFile.InMemory(f.Name, f.Bytes), DatasetSplit.Train)),
                .. test.Select(f => (LocalFile.InMemory(f.Name, f.Bytes), DatasetSplit.Test)),
            ]);

    // What a zip's name says of its split holds only where all its pictures are of that split.
    private static DatasetSplit Held(PictureIndex index, string zip, DatasetSplit named) =>
        index.Pictures.All(p => p.Zip != zip || p.Split == named) ? named : DatasetSplit.Train;

    private static List<DatasetFile> Describe(string name, IReadOnlyList<(LocalFile File, DatasetSplit Split)> files)
    {
        foreach (var segment in files.Select(f => f.File.Name).Append(name))
        {
            if (!BlobName.IsSegment(segment))
                throw new UsageException($"'{segment}' can't be a name in the store: use a-z, 0-9, '.', '_' and '-', at most 63.");
        }

        List<DatasetFile> described = [.. files.Select(f => f.File.Describe(f.Split))];
        if (described.Find(f => f.Length > DatasetManifest.MaxFileBytes) is { } large)
            throw new UsageException($"{large.Name} has {large.Length:N0} bytes; a file has at most {DatasetManifest.MaxFileBytes:N0}.");
        return described.Find(f => f.Length == 0) is { } empty ? throw new DatasetException(empty.Name, 0, "The file is empty.") : described;
    }

    private LabelledImages Load(DatasetSplit split) => DatasetReader.Read(Manifest, split, file => Files.First(f => f.Name == file.Name).Open());
}

using WrnCloud.Datasets;

namespace WrnCloud.Cli.Pushing;

/// <summary>A file to upload, on disk or in memory: read as often as needed, never held.</summary>
/// <param name="Name">Its name in the store.</param>
/// <param name="Open">Opens it, seekable.</param>
internal sealed record LocalFile(string Name, Func<Stream> Open)
{
    /// <summary>A file of a folder, under its own name.</summary>
    public static LocalFile OnDisk(string path) =>
        new(Path.GetFileName(path), () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16));

    public static LocalFile InMemory(string name, ReadOnlyMemory<byte> bytes) => new(name, () => new MemoryStream(bytes.ToArray(), writable: false));

    /// <summary>Length and hash of the content.</summary>
    public DatasetFile Describe(DatasetSplit split)
    {
        using var content = Open();
        return DatasetFile.Of(Name, split, content);
    }
}
